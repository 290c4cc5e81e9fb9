// Before a sign-in ends because nothing was done: asks whether to stay. The server alone decides.
const box = document.querySelector('[data-stay-seconds]')

if (box) {
  const warn = Number(box.dataset.stayWarn) * 1000
  let until = 0
  let timer

  const begin = (seconds) => {
    until = Date.now() + seconds * 1000
    box.hidden = true
    clearTimeout(timer)
    timer = setTimeout(ask, Math.max(seconds * 1000 - warn, 1000))
  }

  const ask = () => {
    box.hidden = false
  }

  // A computer that slept counts no time: look again when its reader comes back.
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && Date.now() > until - warn) ask()
  })

  box.querySelector('form').addEventListener('submit', async (event) => {
    event.preventDefault()
    const form = event.target
    try {
      const answer = await fetch(form.action, {
        method: 'POST',
        headers: { Accept: 'application/json' },
        body: new FormData(form),
        redirect: 'error',
      })
      if (!answer.ok) throw new Error(answer.status)
      begin((await answer.json()).seconds)
    } catch {
      form.submit()
    }
  })

  begin(Number(box.dataset.staySeconds))
}
