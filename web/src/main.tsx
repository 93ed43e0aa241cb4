/** Where the page begins. */
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import './style/colours.css'
import './style/page.css'
import './style/controls.css'
import './style/drawing.css'
import './style/nine.css'
import './style/sharing.css'

createRoot(document.getElementById('page')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
