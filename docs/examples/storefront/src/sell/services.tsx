import { useState } from 'preact/hooks'
import { useAction, useLoad } from '../load.ts'
import { apiUrl, type Row, supabase } from '../supabase.ts'
import { Await, TextField, Trouble, useTitle } from '../ui/parts.tsx'
import { money, t } from '../words.ts'
import { type MyStore, SellerFrame } from './frame.tsx'

/** What can be booked at the store, and the people, rooms and chairs that are busy meanwhile. */
export default function Services() {
  useTitle(t('sell.services'))
  return (
    <SellerFrame>
      {(store) => (
        <>
          <h1>{t('sell.services')}</h1>
          <ServiceList store={store} />
          <StaffList store={store} />
        </>
      )}
    </SellerFrame>
  )
}

function ServiceList({ store }: { store: MyStore }) {
  const services = useLoad(async () => {
    const { data } = await supabase.from('services')
      .select('id, name, status, price_amount, currency, duration_minutes').eq('store_id', store.id)
      .neq('status', 'archived').order('id').limit(200).throwOnError()
    return data
  }, [store.id])
  return (
    <>
      {store.role !== 'staff' && (
        <p>
          <a class='button primary' href='/sell/services/new'>{t('services.new')}</a>
        </p>
      )}
      <Await of={services}>
        {(rows) =>
          rows.length === 0 ? <p class='empty'>{t('services.none')}</p> : (
            <ul>
              {rows.map((service) => (
                <li key={service.id} class='sheet row spread'>
                  <span>
                    <a href={`/sell/services/${service.id}`}>
                      <bdi>{service.name}</bdi>
                    </a>{' '}
                    <span class='quiet'>{t('services.minutes', { count: service.duration_minutes })}</span>
                  </span>
                  <span class='row'>
                    {money(service.price_amount, service.currency)}
                    <span class={`badge ${service.status}`}>{t(`sell.status.${service.status}`)}</span>
                  </span>
                </li>
              ))}
            </ul>
          )}
      </Await>
    </>
  )
}

function StaffList({ store }: { store: MyStore }) {
  const [name, setName] = useState('')
  const action = useAction()
  const staff = useLoad(async () => {
    const { data } = await supabase.from('staff').select().eq('store_id', store.id).order('position')
      .order('id').throwOnError()
    return data
  }, [store.id])
  const add = (event: Event) => {
    event.preventDefault()
    void action.run(async () => {
      await supabase.rpc('save_staff', { store_id: store.id, name }).throwOnError()
      setName('')
      await staff.reload()
    })
  }
  return (
    <section>
      <h2>{t('services.staff')}</h2>
      <p class='quiet'>{t('services.staffText')}</p>
      <Await of={staff}>
        {(rows) => (
          <ul>
            {rows.map((one) => <Member key={one.id} store={store} member={one} reload={staff.reload} />)}
          </ul>
        )}
      </Await>
      {store.role !== 'staff' && (
        <form class='sheet' onSubmit={add}>
          <TextField label={t('services.staffName')} value={name} onValue={setName} required maxLength={80} />
          <Trouble problem={action.problem} />
          <button type='submit' disabled={action.isBusy}>{t('services.addStaff')}</button>
        </form>
      )}
    </section>
  )
}

/** Somebody who can be booked, and the address by which a calendar program follows their appointments. */
function Member(
  { store, member, reload }: { store: MyStore; member: Row<'staff'>; reload: () => Promise<void> },
) {
  const [feed, setFeed] = useState<string>()
  const action = useAction()
  const setActive = (is_active: boolean) =>
    void action.run(async () => {
      await supabase.rpc('save_staff', { store_id: store.id, staff_id: member.id, is_active }).throwOnError()
      await reload()
    })
  const subscribe = () =>
    void action.run(async () => {
      const { data } = await supabase.rpc('create_calendar_feed', { staff_id: member.id }).throwOnError()
      setFeed(apiUrl + data.path)
    })
  return (
    <li class='sheet'>
      <div class='row spread'>
        <bdi>{member.name}</bdi>
        {store.role !== 'staff' && (
          <span class='row'>
            <button type='button' class='plain' disabled={action.isBusy} onClick={subscribe}>
              {t('services.feed')}
            </button>
            <label class='inline'>
              <input
                type='checkbox'
                checked={member.is_active}
                disabled={action.isBusy}
                onChange={(event) => setActive(event.currentTarget.checked)}
              />
              {t('services.bookable')}
            </label>
          </span>
        )}
      </div>
      {feed !== undefined && (
        <p role='status'>
          {t('services.feedText')} <code class='prose' dir='ltr'>{feed}</code>
        </p>
      )}
      <Trouble problem={action.problem} />
    </li>
  )
}
