import { useState } from 'preact/hooks'
import { useAction, useLoad } from '../load.ts'
import { type Row, supabase } from '../supabase.ts'
import { Await, TextField, Trouble, useTitle } from '../ui/parts.tsx'
import { day, localMoment, t, weekdayName } from '../words.ts'
import { type MyStore, SellerFrame } from './frame.tsx'

/** 1 is Monday. */
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7]

interface Opening {
  weekday: number
  opens: string
  closes: string
}

/** When the store, or somebody of its staff, can be booked: the week, days unlike it, and time off. On its own clock. */
export default function Hours() {
  useTitle(t('hours.title'))
  return <SellerFrame>{(store) => <Whose store={store} />}</SellerFrame>
}

/** The whole store, or one of its staff, whose own hours come before the store's. */
function Whose({ store }: { store: MyStore }) {
  const [staffId, setStaffId] = useState<string | null>(null)
  const staff = useLoad(async () => {
    const { data } = await supabase.from('staff').select('id, name').eq('store_id', store.id)
      .eq('is_active', true).order('position').order('id').throwOnError()
    return data
  }, [store.id])
  return (
    <>
      <h1>{t('hours.title')}</h1>
      <p class='quiet'>{t('hours.text', { zone: store.time_zone.replaceAll('_', ' ') })}</p>
      <label class='inline'>
        <span>{t('hours.whose')}</span>
        <select
          value={staffId ?? ''}
          onChange={(event) => setStaffId(event.currentTarget.value || null)}
        >
          <option value=''>{t('hours.store')}</option>
          {staff.data?.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
        </select>
      </label>
      <div key={staffId}>
        {store.role !== 'staff' && <Week store={store} staffId={staffId} />}
        {store.role !== 'staff' && <Exceptions store={store} staffId={staffId} />}
        <Closures store={store} staffId={staffId} />
      </div>
    </>
  )
}

interface OfStaff {
  store: MyStore
  staffId: string | null
}

/** The hours of the clock, `09:00`; midnight at the end of a day is where the next one begins. */
const clock = (time: string) => time.slice(0, 5).replace('24:00', '00:00')

function Week({ store, staffId }: OfStaff) {
  const [isSaved, setSaved] = useState(false)
  const hours = useLoad(async () => {
    const request = supabase.from('opening_hours').select('weekday, opens, closes').eq('store_id', store.id)
    const { data } = await (staffId === null ? request.is('staff_id', null) : request.eq('staff_id', staffId))
      .order('weekday').order('opens').throwOnError()
    return data.map(({ weekday, opens, closes }) => ({ weekday, opens: clock(opens), closes: clock(closes) }))
  }, [store.id, staffId])
  return (
    <Await of={hours}>
      {(known) => (
        <>
          <WeekForm
            key={JSON.stringify(known)}
            known={known}
            save={async (openings) => {
              setSaved(false)
              await supabase.rpc('set_opening_hours', {
                store_id: store.id,
                staff_id: staffId,
                hours: openings,
              })
                .throwOnError()
              setSaved(true)
              await hours.reload()
            }}
          />
          {staffId !== null && known.length === 0 && <p class='quiet'>{t('hours.asStore')}</p>}
          <p role='status'>{isSaved && t('action.saved')}</p>
        </>
      )}
    </Await>
  )
}

function WeekForm({ known, save }: { known: Opening[]; save: (openings: Opening[]) => Promise<void> }) {
  const [openings, setOpenings] = useState(known)
  const action = useAction()
  const change = (index: number, part: Partial<Opening>) =>
    setOpenings(openings.map((one, at) => at === index ? { ...one, ...part } : one))
  const submit = (event: Event) => {
    event.preventDefault()
    void action.run(() => save(openings))
  }
  return (
    <form class='sheet' onSubmit={submit}>
      <h2>{t('hours.week')}</h2>
      {WEEKDAYS.map((weekday) => (
        <fieldset key={weekday} class='weekday'>
          <legend>{weekdayName(weekday)}</legend>
          {openings.map((opening, index) =>
            opening.weekday === weekday && (
              <div key={index} class='row'>
                <input
                  type='time'
                  required
                  aria-label={t('hours.opens')}
                  value={opening.opens}
                  onInput={(event) => change(index, { opens: event.currentTarget.value })}
                />
                –
                <input
                  type='time'
                  required
                  aria-label={t('hours.closes')}
                  value={opening.closes}
                  onInput={(event) => change(index, { closes: event.currentTarget.value })}
                />
                <button
                  type='button'
                  class='plain'
                  onClick={() => setOpenings(openings.filter((_, at) => at !== index))}
                >
                  {t('cart.remove')}
                </button>
              </div>
            )
          )}
          <button
            type='button'
            class='plain'
            onClick={() => setOpenings([...openings, { weekday, opens: '09:00', closes: '17:00' }])}
          >
            {t('hours.add')}
          </button>
        </fieldset>
      ))}
      <Trouble problem={action.problem} />
      <button type='submit' class='primary' disabled={action.isBusy}>{t('hours.save')}</button>
    </form>
  )
}

/** Days that are unlike their weekday: other hours, or closed. */
function Exceptions({ store, staffId }: OfStaff) {
  const [date, setDate] = useState('')
  const [isClosed, setClosed] = useState(true)
  const [opens, setOpens] = useState('09:00')
  const [closes, setCloses] = useState('12:00')
  const action = useAction()
  const exceptions = useLoad(async () => {
    const request = supabase.from('opening_exceptions').select().eq('store_id', store.id)
      .gte('on_date', new Date(Date.now() - 86_400_000).toISOString().slice(0, 10))
    const { data } = await (staffId === null ? request.is('staff_id', null) : request.eq('staff_id', staffId))
      .order('on_date').order('opens').limit(100).throwOnError()
    return data
  }, [store.id, staffId])
  const set = (on_date: string, hours: { opens: string; closes: string }[] | null) =>
    void action.run(async () => {
      await supabase.rpc('set_opening_exception', { store_id: store.id, staff_id: staffId, on_date, hours })
        .throwOnError()
      await exceptions.reload()
    })
  return (
    <section class='sheet'>
      <h2>{t('hours.exceptions')}</h2>
      <Await of={exceptions}>
        {(rows) => (
          <ul>
            {rows.map((row) => (
              <li key={row.id} class='row spread'>
                <span>
                  {day(row.on_date)}: {row.opens === null || row.closes === null
                    ? t('hours.closed')
                    : `${clock(row.opens)} – ${clock(row.closes)}`}
                </span>
                <button
                  type='button'
                  class='plain'
                  disabled={action.isBusy}
                  onClick={() => set(row.on_date, null)}
                >
                  {t('hours.likeTheWeek')}
                </button>
              </li>
            ))}
          </ul>
        )}
      </Await>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          set(date, isClosed ? [] : [{ opens, closes }])
        }}
      >
        <TextField label={t('book.day')} type='date' value={date} onValue={setDate} required />
        <label class='facet'>
          <input
            type='checkbox'
            checked={isClosed}
            onChange={(event) => setClosed(event.currentTarget.checked)}
          />
          {t('hours.closed')}
        </label>
        {!isClosed && (
          <div class='pair'>
            <TextField label={t('hours.opens')} type='time' value={opens} onValue={setOpens} required />
            <TextField label={t('hours.closes')} type='time' value={closes} onValue={setCloses} required />
          </div>
        )}
        <Trouble problem={action.problem} />
        <button type='submit' disabled={action.isBusy}>{t('hours.setDay')}</button>
      </form>
    </section>
  )
}

/** Holidays, lunch, a day off. What is booked already stays. */
function Closures({ store, staffId }: OfStaff) {
  const [starts, setStarts] = useState('')
  const [ends, setEnds] = useState('')
  const [note, setNote] = useState('')
  const action = useAction()
  const closures = useLoad(async () => {
    const request = supabase.from('closures').select().eq('store_id', store.id)
      .gte('ends_local', new Date(Date.now() - 86_400_000).toISOString().slice(0, 16))
    const { data } = await (staffId === null ? request.is('staff_id', null) : request.eq('staff_id', staffId))
      .order('starts_local').limit(100).throwOnError()
    return data
  }, [store.id, staffId])
  const add = (event: Event) => {
    event.preventDefault()
    void action.run(async () => {
      await supabase.from('closures').insert({
        store_id: store.id,
        staff_id: staffId,
        starts_local: starts,
        ends_local: ends,
        note: note || null,
      }).throwOnError()
      setStarts('')
      setEnds('')
      setNote('')
      await closures.reload()
    })
  }
  const remove = ({ id }: Row<'closures'>) =>
    void action.run(async () => {
      await supabase.from('closures').delete().eq('id', id).throwOnError()
      await closures.reload()
    })
  return (
    <section class='sheet'>
      <h2>{t('hours.closures')}</h2>
      <Await of={closures}>
        {(rows) => (
          <ul>
            {rows.map((closure) => (
              <li key={closure.id} class='row spread'>
                <span>
                  {localMoment(closure.starts_local)} – {localMoment(closure.ends_local)}
                  {closure.note !== null && (
                    <>
                      · <bdi>{closure.note}</bdi>
                    </>
                  )}
                </span>
                <button
                  type='button'
                  class='plain'
                  disabled={action.isBusy}
                  onClick={() => remove(closure)}
                >
                  {t('cart.remove')}
                </button>
              </li>
            ))}
          </ul>
        )}
      </Await>
      <form onSubmit={add}>
        <div class='pair'>
          <TextField
            label={t('hours.from')}
            type='datetime-local'
            value={starts}
            onValue={setStarts}
            required
          />
          <TextField label={t('hours.until')} type='datetime-local' value={ends} onValue={setEnds} required />
        </div>
        <TextField label={t('book.note')} value={note} onValue={setNote} maxLength={200} />
        <Trouble problem={action.problem} />
        <button type='submit' disabled={action.isBusy}>{t('hours.addClosure')}</button>
      </form>
    </section>
  )
}
