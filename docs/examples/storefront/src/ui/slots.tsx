import { useEffect, useState } from 'preact/hooks'
import type { AvailableSlot } from '../../../../../supabase/api.types.ts'
import { useLoad } from '../load.ts'
import { supabase } from '../supabase.ts'
import { day, t, timeOfDay } from '../words.ts'
import { Await } from './parts.tsx'

const DAYS_AHEAD = 30
const DAY_MS = 86_400_000

/** The visitor's own zone: what her clock shows. */
export const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone

/**
 * Free times of a service: a day, then a start, on the visitor's clock; the shop's is named where it differs. A shop
 * reads its own.
 */
export function Slots(
  { serviceId, timeZone, clock = ownZone, onChoose }: {
    serviceId: string
    /** The shop's. */
    timeZone: string
    /** The zone in which times are shown. */
    clock?: string
    onChoose: (slot: AvailableSlot) => void
  },
) {
  const [chosenDay, setChosenDay] = useState<string>()
  const [chosen, setChosen] = useState<string>()
  const days = useLoad(async () => {
    const { data } = await supabase.rpc('available_days', {
      service_id: serviceId,
      from_date: localDate(new Date(), timeZone),
      to_date: localDate(new Date(Date.now() + DAYS_AHEAD * DAY_MS), timeZone),
    }).throwOnError()
    return data
  }, [serviceId])
  useEffect(() => setChosenDay(days.data?.[0]?.local_date), [days.data])
  const slots = useLoad(async () => {
    if (chosenDay === undefined) return []
    // A day of the shop lies within two of UTC, whichever zone it is in.
    const noon = Date.parse(`${chosenDay}T12:00:00Z`)
    const { data } = await supabase.rpc('available_slots', {
      service_id: serviceId,
      from_time: new Date(noon - 1.5 * DAY_MS).toISOString(),
      to_time: new Date(noon + 1.5 * DAY_MS).toISOString(),
    }).throwOnError()
    const starts = data.filter(({ local_date }) => local_date === chosenDay)
    return starts.filter((slot, at) =>
      starts.findIndex(({ starts_at }) => starts_at === slot.starts_at) === at
    )
  }, [serviceId, chosenDay])
  return (
    <Await of={days}>
      {(open) =>
        open.length === 0 ? <p class='warn'>{t('book.nothingFree')}</p> : (
          <>
            <fieldset>
              <legend>{t('book.day')}</legend>
              <div class='chips'>
                {open.map(({ local_date }) => (
                  <label key={local_date} class='chip'>
                    <input
                      type='radio'
                      name='day'
                      checked={local_date === chosenDay}
                      onChange={() => setChosenDay(local_date)}
                    />
                    {day(local_date)}
                  </label>
                ))}
              </div>
            </fieldset>
            <Await of={slots}>
              {(starts) => (
                <fieldset>
                  <legend>{t('book.time')}</legend>
                  <div class='chips'>
                    {starts.map((slot) => (
                      <label key={slot.starts_at} class='chip'>
                        <input
                          type='radio'
                          name='time'
                          checked={slot.starts_at === chosen}
                          onChange={() => {
                            setChosen(slot.starts_at)
                            onChoose(slot)
                          }}
                        />
                        {timeOfDay(slot.starts_at, clock)}
                        {timeZone !== clock && (
                          <span class='quiet'>
                            {t('book.there', { time: timeOfDay(slot.starts_at, timeZone) })}
                          </span>
                        )}
                      </label>
                    ))}
                  </div>
                  {clock === ownZone && (
                    <small>{t('book.yourClock', { zone: ownZone.replaceAll('_', ' ') })}</small>
                  )}
                </fieldset>
              )}
            </Await>
          </>
        )}
    </Await>
  )
}

/** A date of the calendar in another zone, `2030-12-24`. */
const localDate = (instant: Date, timeZone: string) => instant.toLocaleDateString('en-CA', { timeZone })
