// 'Read aloud' in Easy Read. Only with a voice of the reader's own device, so nothing of a page is sent
// anywhere; where there is none, there is no button. It begins only when asked and ends with the page.
const boxes = [...document.querySelectorAll('[data-aloud]')]
const speech = window.speechSynthesis
const language = document.documentElement.lang.toLowerCase()
const blocks = 'h1,h2,h3,h4,p,li,dt,dd,th,td,caption,div'
const unread =
  '[data-aloud],nav,form,button,details,[hidden],.md-frame,.md-before,.md-match__pin,.govuk-visually-hidden'
const nowRead = 'md-aloud__now'
const slower = 0.9

let turn = 0
let reading
let spoken // kept here: a browser may forget words that nobody holds, and never say that they ended

const voice = () => {
  const own = speech.getVoices().filter((one) => one.localService)
  const tag = (one) => one.lang.toLowerCase().replace('_', '-')
  return (
    own.find((one) => tag(one) === language) ??
    own.find((one) => tag(one).split('-')[0] === language.split('-')[0])
  )
}

// What can be seen of a place, block by block, so that each can be shown while it is read.
const piecesOf = (place) => {
  const pieces = []
  const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement
    const words = walker.currentNode.data.replace(/\s+/g, ' ')
    if (parent.closest(unread) || parent.checkVisibility?.() === false) continue
    const block = parent.closest(blocks) ?? place
    const last = pieces.at(-1)
    if (last?.block === block) last.words += words
    else if (words.trim()) pieces.push({ block, words })
  }
  return pieces
}

const label = (box, isReading) => {
  box.querySelector('[data-aloud-start]').hidden = isReading
  box.querySelector('[data-aloud-stop]').hidden = !isReading
}

const stop = () => {
  turn += 1
  speech.cancel()
  document.querySelector(`.${nowRead}`)?.classList.remove(nowRead)
  if (reading) label(reading, false)
  reading = undefined
  spoken = undefined
}

const read = (box) => {
  stop()
  const mine = turn
  const pieces = piecesOf(document.querySelector(box.dataset.aloud))
  const speaker = voice()
  reading = box
  label(box, true)

  const next = () => {
    if (mine !== turn) return
    document.querySelector(`.${nowRead}`)?.classList.remove(nowRead)
    const piece = pieces.shift()
    if (!piece) {
      stop()
      return
    }
    piece.block.classList.add(nowRead)
    piece.block.scrollIntoView({ block: 'nearest' })
    const words = new SpeechSynthesisUtterance(piece.words.trim())
    spoken = words
    words.voice = speaker
    words.lang = speaker.lang
    words.rate = slower
    words.onend = next
    words.onerror = () => mine === turn && stop()
    speech.speak(words)
  }
  next()
}

if (boxes.length && speech) {
  const show = () => {
    for (const box of boxes) box.hidden = !voice()
  }
  for (const box of boxes) {
    box.querySelector('button').addEventListener('click', () => (reading === box ? stop() : read(box)))
  }
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && reading) stop()
  })
  window.addEventListener('pagehide', stop)
  speech.addEventListener?.('voiceschanged', show)
  show()
}
