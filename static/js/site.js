// Starts the library's parts that a page holds. Everything works without it.
import {
  Button,
  createAll,
  ErrorSummary,
  NotificationBanner,
  PasswordInput,
  SkipLink,
} from '../built/govuk-frontend.min.js'
import { LeaveThisPage } from './leave.js'
import './aloud.js'
import './reach.js'
import './stay.js'

// The library looks for this class before it starts.
document.body.classList.add('js-enabled', 'govuk-frontend-supported')

createAll(Button)
createAll(ErrorSummary)
createAll(LeaveThisPage)
createAll(NotificationBanner)
createAll(PasswordInput)
createAll(SkipLink)
