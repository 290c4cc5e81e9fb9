// 'Exit this page' leaves nothing to come back to: the other page takes this one's place in the history.
import { ExitThisPage } from '../built/govuk-frontend.min.js'

export class LeaveThisPage extends ExitThisPage {
  exitPage() {
    document.body.classList.add('govuk-exit-this-page-hide-content')
    location.replace(this.$button.href)
  }
}
