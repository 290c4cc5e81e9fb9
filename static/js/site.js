// Starts the library's parts that a page holds. Everything works without it.
import {
  createAll,
  ErrorSummary,
  SkipLink,
} from '../built/govuk-frontend.min.js'

// The library looks for this class before it starts.
document.body.classList.add('js-enabled', 'govuk-frontend-supported')

createAll(ErrorSummary)
createAll(SkipLink)
