/** The page put together: what is asked for, what is being drawn, what was drawn before. */
import { useCallback, useEffect, useMemo, useState } from 'react'
import { createClient, faultFrom } from './api/client.ts'
import type { Fault, Job, Models, Order, Session } from './api/types.ts'
import { Dropped, type DroppedPicture, OpenPicture } from './parts/dropped.tsx'
import { Earlier } from './parts/earlier.tsx'
import { FaultLine } from './parts/faults.tsx'
import { Gallery } from './parts/gallery.tsx'
import { Header } from './parts/header.tsx'
import { Ideas } from './parts/nine.tsx'
import { Page } from './parts/page-context.ts'
import { PromptForm } from './parts/prompt-form.tsx'
import { Result } from './parts/result.tsx'
import { emptySettings, orderOf } from './parts/settings.tsx'
import { SignedIn, SignIn } from './parts/sign-in.tsx'
import { promptInAddress, useGalleryOpen } from './state/address.ts'
import { type Carried, orderAgain, readCarried, stayedIn } from './state/carried.ts'
import { forgetDrawing } from './state/stored.ts'
import { useChoices } from './state/use-choices.ts'
import { useDrawing, useFragmentId } from './state/use-drawing.ts'
import { useDropped } from './state/use-dropped.ts'
import { useEarlier } from './state/use-earlier.ts'
import { languages } from './texts/texts.ts'

const signedOut: Session = { needed: true, holder: null }

export function App() {
  const { language, setLanguage, theme, setTheme } = useChoices()
  const [session, setSession] = useState<Session>()
  const client = useMemo(() => createClient({ onUnauthorised: () => setSession(signedOut) }), [])
  const [id, go] = useFragmentId()
  const allowed = session !== undefined && (!session.needed || session.holder !== null)
  const earlier = useEarlier(client, allowed)
  const followed = useDrawing(client, allowed ? id : undefined, earlier.refresh)
  const { drawing, connected, fault: drawingFault, dispatch, expect } = followed
  const [prompt, setPrompt] = useState(() => promptInAddress(location.search))
  const inGallery = useGalleryOpen()
  const [models, setModels] = useState<Models>()
  const [asking, setAsking] = useState(false)
  const [fault, setFault] = useState<Fault>()
  const [again, setAgain] = useState<() => void>()
  const [dropped, setDropped] = useState<DroppedPicture>()
  const [redrawing, setRedrawing] = useState<Carried & { readonly job: string }>()

  const readSession = useCallback(() => {
    client.session().then(
      (read) => {
        setSession(read)
        setFault(undefined)
      },
      (error: unknown) => {
        setFault(faultFrom(error))
        setAgain(() => readSession)
      },
    )
  }, [client])
  useEffect(readSession, [readSession])
  useEffect(() => {
    if (allowed) client.models().then(setModels, (error: unknown) => setFault(faultFrom(error)))
  }, [client, allowed])
  const typed = useCallback((text: string) => {
    setPrompt(text)
    if (text.trim() !== '') setFault((said) => (said?.code === 'prompt-empty' ? undefined : said))
  }, [])
  const opened = drawing?.prompt
  useEffect(() => {
    if (opened !== undefined) typed(opened)
    document.title = opened === undefined ? 'Neuf' : `${opened} · Neuf`
  }, [opened, typed])
  const said = fault ?? drawingFault ?? drawing?.fault ?? earlier.fault

  /** Asks for a job and goes to it; what went wrong can be tried again. */
  const ask = async (order: () => Promise<Job>, redraws?: Carried) => {
    setAsking(true)
    setFault(undefined)
    try {
      const job = await order()
      // What words alone cannot draw again is not compared.
      const compared = redraws !== undefined && stayedIn(redraws.records[0]) === undefined
      setRedrawing(compared ? { ...redraws, job: job.id } : undefined)
      if (redraws !== undefined) setDropped(undefined)
      expect(job)
      go(job.id)
      earlier.refresh()
    } catch (error) {
      setFault(faultFrom(error))
      setAgain(() => () => void ask(order, redraws))
    } finally {
      setAsking(false)
    }
  }
  /** Who is quick may ask before it is known what there is. */
  const order = (of: (models: Models) => Order) => async () => client.draw(of(models ?? (await client.models())))
  const draw = (text: string, of: (models: Models) => Order) => {
    if (text.trim() !== '') return void ask(order(of))
    setFault({ code: 'prompt-empty', message: '' })
    setAgain(undefined)
    document.getElementById('prompt')?.focus()
  }
  const drawText = (text: string) => {
    setPrompt(text)
    draw(text, ({ models: [usual], limits }) => orderOf(text, emptySettings, usual, limits.count))
  }
  const remove = async (gone: string) => {
    await earlier.remove(gone)
    forgetDrawing(gone)
    if (gone === id) go(undefined)
  }
  const openFile = async (file: File) => {
    setFault(undefined)
    setAgain(undefined)
    const carried = await readCarried(file)
    if (typeof carried === 'string') setFault({ code: carried, message: '' })
    else setDropped({ ...carried, file })
  }
  const over = useDropped((file) => void openFile(file))
  const signOut = async () => {
    try {
      await client.signOut()
      setModels(undefined)
      setSession(signedOut)
    } catch (error) {
      setFault(faultFrom(error))
    }
  }
  const texts = languages[language]
  const nothingOpen = id === undefined || (drawing === undefined && drawingFault !== undefined)
  const faultLine = said !== undefined && said.code !== 'unauthorised' && (
    <FaultLine
      fault={said}
      onAgain={fault === undefined ? undefined : again}
      onDismiss={() => {
        setFault(undefined)
        if (fault === undefined && drawingFault !== undefined) go(undefined)
      }}
    />
  )

  return (
    <Page value={{ texts, language, client }}>
      <Header language={language} onLanguage={setLanguage} theme={theme} onTheme={setTheme} />
      {session !== undefined && !allowed ? (
        <main>
          <SignIn
            onSession={(given) => {
              setFault(undefined)
              setSession(given)
            }}
          />
          {faultLine}
        </main>
      ) : (
        <main className={over ? 'over' : undefined}>
          <PromptForm prompt={prompt} onPrompt={typed} models={models} asking={asking} onDraw={draw} />
          {faultLine}
          {dropped !== undefined && (
            <Dropped
              key={dropped.records[0].recipe.seed}
              picture={dropped}
              models={models}
              asking={asking}
              onAgain={() =>
                void ask(
                  order((known) => orderAgain(dropped.records[0], known)),
                  dropped,
                )
              }
              onClose={() => setDropped(undefined)}
            />
          )}
          {nothingOpen ? (
            <Ideas onIdea={drawText} />
          ) : (
            drawing !== undefined && (
              <Result
                key={drawing.id}
                drawing={drawing}
                connected={connected}
                again={redrawing?.job === drawing.id ? redrawing : undefined}
                dispatch={dispatch}
                onPrompt={drawText}
                onCancel={() => void client.cancel(drawing.id).catch((error: unknown) => setFault(faultFrom(error)))}
                onMore={(candidates) => void ask(() => client.more(drawing.id, candidates))}
                onAnew={() => {
                  const { prompt: same, sampling, model, candidates } = drawing
                  const anew = ({ limits }: Models) => ({ candidates, count: Math.min(candidates, limits.count) })
                  draw(same, (known) => ({ prompt: same, sampling, model, ...anew(known) }))
                }}
              />
            )
          )}
          <OpenPicture onFile={(file) => void openFile(file)} />
          {inGallery ? (
            <Gallery onRemove={remove} />
          ) : (
            <Earlier earlier={earlier} onRemove={(gone) => void remove(gone)} />
          )}
          <a className="to-gallery" href={inGallery ? '#start' : '#gallery'}>
            {inGallery ? texts.gallery.close : texts.gallery.open}
          </a>
          {session?.needed && session.holder !== null && (
            <SignedIn holder={session.holder} onSignOut={() => void signOut()} />
          )}
        </main>
      )}
    </Page>
  )
}
