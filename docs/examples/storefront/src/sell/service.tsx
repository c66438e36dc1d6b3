import { useState } from 'preact/hooks'
import { useAction, useLoad } from '../load.ts'
import { navigate } from '../router.tsx'
import type { ScreenProps } from '../routes.ts'
import { type Row, supabase } from '../supabase.ts'
import { Await, Choices, Field, TextField, Trouble, useTitle } from '../ui/parts.tsx'
import { amountOf, amountText, t } from '../words.ts'
import { type MyStore, SellerFrame } from './frame.tsx'

type Service = Row<'services'> & {
  categories: { name: string } | null
  service_staff: { staff_id: string }[]
}

/** One service, or a `new` one: how long it takes, what it costs, who gives it, and until when it may be cancelled. */
export default function SellerService({ params }: ScreenProps) {
  useTitle(t('services.one'))
  return <SellerFrame>{(store) => <Load key={params['id']} id={params['id']!} store={store} />}</SellerFrame>
}

function Load({ id, store }: { id: string; store: MyStore }) {
  const known = useLoad(async () => {
    const [{ data: staff }, service] = await Promise.all([
      supabase.from('staff').select('id, name').eq('store_id', store.id).eq('is_active', true)
        .order('position').order('id').throwOnError(),
      readService(id),
    ])
    return { staff, service }
  }, [id, store.id])
  return (
    <Await of={known}>
      {({ staff, service }) => <Form store={store} staff={staff} service={service} />}
    </Await>
  )
}

async function readService(id: string): Promise<Service | undefined> {
  if (id === 'new') return undefined
  const { data } = await supabase.from('services').select('*, categories(name), service_staff(staff_id)')
    .eq('id', id).single().throwOnError()
  return data
}

function Form(
  { store, staff, service }: {
    store: MyStore
    staff: Pick<Row<'staff'>, 'id' | 'name'>[]
    service: Service | undefined
  },
) {
  const amount = (minor: number | undefined) => minor === undefined ? '' : amountText(minor, store.currency)
  const [name, setName] = useState(service?.name ?? '')
  const [description, setDescription] = useState(service?.description ?? '')
  const [category, setCategory] = useState(service?.categories?.name ?? '')
  const [minutes, setMinutes] = useState(String(service?.duration_minutes ?? 60))
  const [pause, setPause] = useState(String(service?.buffer_after_minutes ?? 0))
  const [price, setPrice] = useState(amount(service?.price_amount))
  const [deposit, setDeposit] = useState(amount(service?.deposit_amount ?? 0))
  const [seats, setSeats] = useState(String(service?.capacity ?? 1))
  const [freeHours, setFreeHours] = useState(String((service?.cancel_minutes ?? 1440) / 60))
  const [asks, setAsks] = useState(service?.needs_approval ?? false)
  const [givenBy, setGivenBy] = useState(
    service?.service_staff.map(({ staff_id }) => staff_id) ?? staff.map(({ id }) => id),
  )
  const [status, setStatus] = useState<'draft' | 'active'>(service?.status === 'draft' ? 'draft' : 'active')
  const action = useAction()
  const save = (changed: { status: Service['status'] }) =>
    void action.run(async () => {
      await supabase.rpc('save_service', {
        store_id: store.id,
        service_id: service?.id ?? null,
        name,
        description,
        category: category || null,
        duration_minutes: Number(minutes),
        buffer_after_minutes: Number(pause),
        price_amount: amountOf(price, store.currency),
        deposit_amount: amountOf(deposit, store.currency),
        capacity: Number(seats),
        cancel_minutes: Math.round(Number(freeHours) * 60),
        needs_approval: asks,
        staff_ids: givenBy,
        ...changed,
      }).throwOnError()
      navigate('/sell/services')
    })
  return (
    <form
      class='narrow'
      onSubmit={(event) => {
        event.preventDefault()
        save({ status })
      }}
    >
      <h1>{service === undefined ? t('services.new') : <bdi>{service.name}</bdi>}</h1>
      <TextField label={t('sell.name')} value={name} onValue={setName} required maxLength={120} />
      <TextField label={t('search.category')} value={category} onValue={setCategory} maxLength={80} />
      <Field label={t('sell.description')}>
        {(id) => (
          <textarea
            id={id}
            maxLength={4000}
            value={description}
            onInput={(event) => setDescription(event.currentTarget.value)}
          />
        )}
      </Field>
      <div class='pair'>
        <TextField
          label={t('services.duration')}
          type='number'
          inputMode='numeric'
          value={minutes}
          onValue={setMinutes}
          required
        />
        <TextField
          label={t('services.pause')}
          type='number'
          inputMode='numeric'
          value={pause}
          onValue={setPause}
          required
        />
      </div>
      <div class='pair'>
        <TextField
          label={`${t('sell.price')}, ${store.currency}`}
          inputMode='decimal'
          value={price}
          onValue={setPrice}
          required
        />
        <TextField
          label={`${t('services.deposit')}, ${store.currency}`}
          inputMode='decimal'
          value={deposit}
          onValue={setDeposit}
          required
        />
      </div>
      <div class='pair'>
        <TextField
          label={t('services.seats')}
          hint={t('services.seatsHint')}
          type='number'
          inputMode='numeric'
          value={seats}
          onValue={setSeats}
          required
        />
        <TextField
          label={t('services.freeHours')}
          type='number'
          inputMode='numeric'
          value={freeHours}
          onValue={setFreeHours}
          required
        />
      </div>
      <fieldset>
        <legend>{t('services.givenBy')}</legend>
        {staff.length === 0 && <p class='warn'>{t('services.needsStaff')}</p>}
        {staff.map(({ id, name: who }) => (
          <label key={id} class='facet'>
            <input
              type='checkbox'
              checked={givenBy.includes(id)}
              onChange={(event) =>
                setGivenBy(
                  event.currentTarget.checked ? [...givenBy, id] : givenBy.filter((one) => one !== id),
                )}
            />
            <bdi>{who}</bdi>
          </label>
        ))}
      </fieldset>
      <label class='facet'>
        <input type='checkbox' checked={asks} onChange={(event) => setAsks(event.currentTarget.checked)} />
        {t('services.asks')}
      </label>
      <Choices
        legend={t('desk.state')}
        name='status'
        value={status}
        onValue={setStatus}
        options={[
          { value: 'active', label: t('sell.status.active') },
          { value: 'draft', label: t('sell.status.draft') },
        ]}
      />
      <Trouble problem={action.problem} />
      <div class='row'>
        <button type='submit' class='primary' disabled={action.isBusy}>{t('action.save')}</button>
        {service !== undefined && (
          <button
            type='button'
            disabled={action.isBusy}
            onClick={() => save({ status: 'archived' })}
          >
            {t('services.archive')}
          </button>
        )}
      </div>
    </form>
  )
}
