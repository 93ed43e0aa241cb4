/** How a page that is shared looks: the studio's colours, nothing from elsewhere, by day and by night, on a phone and in print. */
import { createHash } from 'node:crypto'

export const shareStyle = `
:root{color-scheme:light dark;--paper:#fbf7ef;--raised:#fff;--line:#d9ccb6;--edge:#8b7a62;--ink:#2c241b;--soft:#665845;--cheese:#f2b01e;--on-cheese:#2a1d05;--focus:#8a5a00;--picture:#fff}
@media (prefers-color-scheme:dark){:root{--paper:#1d1812;--raised:#282119;--line:#43382b;--edge:#907e66;--ink:#f4ecdf;--soft:#bdaf9a;--focus:#ffc94d;--picture:#fffdf9}}
*{box-sizing:border-box}
html{background:var(--paper);color:var(--ink);font:1rem/1.5 ui-rounded,Seravek,Ubuntu,Calibri,"DejaVu Sans",system-ui,sans-serif;-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:40rem;padding:1.25rem max(1rem,env(safe-area-inset-left)) 3rem}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .25rem;overflow-wrap:anywhere}
h2{font-size:1.125rem;margin:1.75rem 0 .4rem}
p{margin:.4rem 0}
a{color:inherit;text-underline-offset:.2em}
small,.soft,figcaption,dt{color:var(--soft);font-size:.875rem}
.nine{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:clamp(.4rem,1.6vw,.75rem);list-style:none;margin:1rem 0;padding:0}
.nine.few{grid-template-columns:repeat(auto-fit,minmax(6rem,14rem))}
figure{margin:0}
figcaption{text-align:center;padding-top:.15rem}
.nine img{display:block;width:100%;aspect-ratio:1;object-fit:contain;background:var(--picture);border:1px solid var(--line);border-radius:clamp(.5rem,2vw,1rem)}
dl{display:grid;grid-template-columns:auto minmax(0,1fr);gap:.15rem 1rem;margin:0}
dd{margin:0;overflow-wrap:anywhere}
pre{background:var(--raised);border:1px solid var(--edge);border-radius:.6rem;padding:.6rem .8rem;margin:.5rem 0;white-space:pre-wrap;overflow-wrap:anywhere}
code{font:.875rem/1.5 ui-monospace,"DejaVu Sans Mono",monospace}
summary{cursor:pointer;min-height:2.75rem;align-content:center}
button,.button,select,textarea{font:inherit;color:inherit;background:var(--raised);border:1px solid var(--edge);border-radius:.6rem;padding:.5rem .9rem}
button,.button,select{min-height:2.75rem;display:inline-block}
.button.main{background:var(--cheese);border-color:var(--cheese);color:var(--on-cheese);font-weight:650;text-decoration:none}
textarea{display:block;width:100%;min-height:5rem}
label{display:block;margin:.5rem 0 .2rem}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
footer{border-top:1px solid var(--line);margin-top:2rem;padding-top:.75rem}
.shares{list-style:none;margin:1rem 0;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(10rem,1fr));gap:1rem}
.shares img{display:block;width:100%;background:var(--picture);border:1px solid var(--line);border-radius:.8rem}
.shares a{text-decoration:none}
.shares strong{font-weight:550;overflow-wrap:anywhere}
@media print{body{max-width:none}details,form,.button{display:none}}
`.trim()

/** The style as a Content-Security-Policy names it: it is let in by its hash, and nothing else is. */
export const shareStyleSource = `'sha256-${createHash('sha256').update(shareStyle).digest('base64')}'`
