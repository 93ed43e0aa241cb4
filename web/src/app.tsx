/** The page put together: what is asked for, what is being drawn, what was drawn before. */
import { useCallback, useEffect, useMemo, useState } from 'react'
import { createClient, faultFrom } from './api/client.ts'
import type { Fault, Job, Models, Order } from './api/types.ts'
import { Earlier } from './parts/earlier.tsx'
import { FaultLine, TokenForm } from './parts/faults.tsx'
import { Gallery } from './parts/gallery.tsx'
import { Header } from './parts/header.tsx'
import { Ideas } from './parts/nine.tsx'
import { Page } from './parts/page-context.ts'
import { PromptForm } from './parts/prompt-form.tsx'
import { Result } from './parts/result.tsx'
import { promptInAddress, useGalleryOpen } from './state/address.ts'
import { forgetDrawing, keep, kept } from './state/stored.ts'
import { useChoices } from './state/use-choices.ts'
import { useDrawing, useFragmentId } from './state/use-drawing.ts'
import { useEarlier } from './state/use-earlier.ts'
import { languages } from './texts/texts.ts'

export function App() {
  const { language, setLanguage, theme, setTheme } = useChoices()
  const [token, setToken] = useState(() => kept('token'))
  const client = useMemo(() => createClient({ token: () => token }), [token])
  const [id, go] = useFragmentId()
  const earlier = useEarlier(client)
  const { drawing, connected, fault: drawingFault, dispatch } = useDrawing(client, id, earlier.refresh)
  const [prompt, setPrompt] = useState(() => promptInAddress(location.search))
  const inGallery = useGalleryOpen()
  const [models, setModels] = useState<Models>()
  const [asking, setAsking] = useState(false)
  const [fault, setFault] = useState<Fault>()
  const [again, setAgain] = useState<() => void>()

  const loadModels = useCallback(() => {
    client.models().then(setModels, (error: unknown) => setFault(faultFrom(error)))
  }, [client])
  useEffect(loadModels, [loadModels])
  const opened = drawing?.prompt
  useEffect(() => {
    if (opened !== undefined) setPrompt(opened)
    document.title = opened === undefined ? 'Neuf' : `${opened} · Neuf`
  }, [opened])

  /** Asks for a job and goes to it; what went wrong can be tried again. */
  const ask = async (order: () => Promise<Job>) => {
    setAsking(true)
    setFault(undefined)
    try {
      go((await order()).id)
      earlier.refresh()
    } catch (error) {
      setFault(faultFrom(error))
      setAgain(() => () => void ask(order))
    } finally {
      setAsking(false)
    }
  }
  const draw = (order: Order) => {
    if (order.prompt !== '') return void ask(() => client.draw(order))
    setFault({ code: 'prompt-empty', message: '' })
    setAgain(undefined)
    document.getElementById('prompt')?.focus()
  }
  const orderLike = (text: string): Order => {
    const candidates = models?.models[0]?.defaults.candidates
    const count = candidates === undefined ? undefined : Math.min(candidates, models?.limits.count ?? candidates)
    return { prompt: text, ...(candidates !== undefined && { candidates, count: count! }) }
  }
  const remove = async (gone: string) => {
    await earlier.remove(gone)
    forgetDrawing(gone)
    if (gone === id) go(undefined)
  }
  const said = fault ?? drawingFault ?? drawing?.fault ?? earlier.fault
  const locked = said?.code === 'unauthorised'
  const texts = languages[language]

  return (
    <Page value={{ texts, client, withToken: token !== undefined }}>
      <Header language={language} onLanguage={setLanguage} theme={theme} onTheme={setTheme} />
      <main>
        {locked && (
          <TokenForm
            onToken={(given) => {
              keep('token', given)
              setFault(undefined)
              setToken(given)
            }}
          />
        )}
        <PromptForm prompt={prompt} onPrompt={setPrompt} models={models} asking={asking} onDraw={draw} />
        {said !== undefined && (!locked || token !== undefined) && (
          <FaultLine
            fault={said}
            onAgain={fault === undefined ? undefined : again}
            onDismiss={() => {
              setFault(undefined)
              if (fault === undefined && drawingFault !== undefined) go(undefined)
            }}
          />
        )}
        {id === undefined || (drawing === undefined && drawingFault !== undefined) ? (
          <Ideas
            onIdea={(idea) => {
              setPrompt(idea)
              draw(orderLike(idea))
            }}
          />
        ) : (
          drawing !== undefined && (
            <Result
              key={drawing.id}
              drawing={drawing}
              connected={connected}
              dispatch={dispatch}
              onPrompt={(text) => {
                setPrompt(text)
                draw(orderLike(text))
              }}
              onCancel={() => void client.cancel(drawing.id).catch((error: unknown) => setFault(faultFrom(error)))}
              onMore={(candidates) => void ask(() => client.more(drawing.id, candidates))}
              onAnew={() =>
                void ask(() =>
                  client.draw({ ...orderLike(drawing.prompt), sampling: drawing.sampling, model: drawing.model }),
                )
              }
            />
          )
        )}
        {inGallery ? (
          <Gallery language={language} onRemove={remove} />
        ) : (
          <Earlier earlier={earlier} language={language} onRemove={(gone) => void remove(gone)} />
        )}
        <a className="to-gallery" href={inGallery ? '#start' : '#gallery'}>
          {inGallery ? texts.gallery.close : texts.gallery.open}
        </a>
      </main>
    </Page>
  )
}
