import { render } from 'preact'
import { followLinks, Router } from './router.tsx'
import { watchSession } from './session.ts'
import './style.css'
import { Footer, Header } from './ui/frame.tsx'
import { prepareLanguage, t } from './words.ts'

function App() {
  return (
    <>
      <a class='skip' href='#main'>{t('frame.skip')}</a>
      <Header />
      <main id='main' tabIndex={-1}>
        <Router />
      </main>
      <Footer />
    </>
  )
}

await prepareLanguage()
watchSession()
followLinks()
render(<App />, document.getElementById('app')!)
