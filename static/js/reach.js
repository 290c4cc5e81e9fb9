// While someone writes an offer: how many people ask for what the form says now. Nothing is kept.
const form = document.querySelector('[data-reach]')
const place = form?.querySelector('.md-reach')

if (form && place) {
  const patience = 400
  let timer
  let asked = 0

  const ask = async () => {
    const mine = (asked += 1)
    let words = ''
    try {
      const answer = await fetch(form.dataset.reach, {
        method: 'POST',
        headers: { Accept: 'application/json' },
        body: new FormData(form),
        redirect: 'error',
      })
      if (answer.ok) words = (await answer.json()).words
    } catch {
      // Without an answer nothing is said.
    }
    if (mine !== asked) return
    place.querySelector('span').textContent = words
    place.hidden = !words
  }

  form.addEventListener('change', () => {
    clearTimeout(timer)
    timer = setTimeout(ask, patience)
  })
}
