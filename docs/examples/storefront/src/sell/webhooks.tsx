import { useState } from 'preact/hooks'
import type { WebhookEventType } from '../../../../../supabase/api.types.ts'
import { useAction, useLoad } from '../load.ts'
import { type Row, supabase } from '../supabase.ts'
import { Await, TextField, Trouble, useTitle } from '../ui/parts.tsx'
import { moment, t } from '../words.ts'
import { type MyStore, SellerFrame } from './frame.tsx'

/** What a store's program may ask to be told of; docs/api.md says when each is sent. */
const EVENTS: WebhookEventType[] = [
  'order.created',
  'order.updated',
  'refund.created',
  'refund.updated',
  'stock.updated',
  'booking.created',
  'booking.updated',
  'payout.created',
  'payout.updated',
  'review.created',
  'review.updated',
  'message.created',
]

type Endpoint = Row<'webhook_endpoints'>

/** Programs of the store that are told of its orders, refunds and stock, and what became of each delivery. */
export default function Webhooks() {
  useTitle(t('webhooks.title'))
  return (
    <SellerFrame>
      {(store) => (
        <>
          <h1>{t('webhooks.title')}</h1>
          {store.role === 'staff' ? <p class='empty'>{t('webhooks.notYours')}</p> : <List store={store} />}
        </>
      )}
    </SellerFrame>
  )
}

function List({ store }: { store: MyStore }) {
  // Shown once: nobody can read a secret again, only make a new one.
  const [secret, setSecret] = useState<string>()
  const endpoints = useLoad(async () => {
    const { data } = await supabase.from('webhook_endpoints').select().eq('store_id', store.id).order('id')
      .throwOnError()
    return data
  }, [store.id])
  return (
    <>
      {secret !== undefined && (
        <p class='sheet' role='status'>
          {t('webhooks.secret')} <code>{secret}</code>
        </p>
      )}
      <Await of={endpoints}>
        {(all) => (
          <>
            {all.length === 0 && <p class='empty'>{t('webhooks.none')}</p>}
            {all.map((endpoint) => (
              <OneEndpoint
                key={endpoint.id}
                endpoint={endpoint}
                onSecret={setSecret}
                reload={endpoints.reload}
              />
            ))}
          </>
        )}
      </Await>
      <Add store={store} onSecret={setSecret} reload={endpoints.reload} />
    </>
  )
}

function OneEndpoint(
  { endpoint, onSecret, reload }: {
    endpoint: Endpoint
    onSecret: (secret: string) => void
    reload: () => Promise<void>
  },
) {
  const action = useAction()
  const act = (work: () => PromiseLike<unknown>) =>
    void action.run(async () => {
      await work()
      await reload()
    })
  const endpoint_id = endpoint.id
  const isOn = endpoint.disabled_at === null
  return (
    <section class='sheet'>
      <h2>
        <bdi>{endpoint.url}</bdi>
      </h2>
      <p class='quiet'>{endpoint.events.join(', ')}</p>
      {endpoint.disabled_reason === 'failing' && <p role='alert'>{t('webhooks.failing')}</p>}
      <label class='inline'>
        <input
          type='checkbox'
          checked={isOn}
          disabled={action.isBusy}
          onChange={() =>
            act(() =>
              supabase.rpc('update_webhook_endpoint', { endpoint_id, is_enabled: !isOn }).throwOnError()
            )}
        />
        {t('webhooks.on')}
      </label>
      <p class='row'>
        <button
          type='button'
          disabled={action.isBusy}
          onClick={() =>
            act(async () => {
              const { data } = await supabase.rpc('roll_webhook_secret', { endpoint_id }).throwOnError()
              onSecret(data.secret)
            })}
        >
          {t('webhooks.roll')}
        </button>
        <button
          type='button'
          disabled={action.isBusy}
          onClick={() => act(() => supabase.rpc('delete_webhook_endpoint', { endpoint_id }).throwOnError())}
        >
          {t('webhooks.delete')}
        </button>
      </p>
      <Trouble problem={action.problem} />
      <Log endpointId={endpoint_id} />
    </section>
  )
}

/** The latest deliveries: what was told, what the program answered, and the button that tells it again. */
function Log({ endpointId }: { endpointId: string }) {
  const action = useAction()
  const deliveries = useLoad(async () => {
    const { data } = await supabase.from('webhook_deliveries')
      .select('id, status, attempts, response_code, error, created_at, webhook_events(type)')
      .eq('endpoint_id', endpointId).order('id', { ascending: false }).limit(20).throwOnError()
    return data
  }, [endpointId])
  return (
    <details>
      <summary>{t('webhooks.log')}</summary>
      <Await of={deliveries}>
        {(all) => (
          <ul>
            {all.length === 0 && <li class='quiet'>{t('webhooks.nothing')}</li>}
            {all.map((delivery) => (
              <li key={delivery.id} class='row spread'>
                <span>
                  {delivery.webhook_events.type} · {t(`webhooks.status.${delivery.status}`)}{' '}
                  <span class='quiet'>
                    {moment(delivery.created_at)} <bdi>{delivery.error ?? delivery.response_code}</bdi>
                  </span>
                </span>
                {delivery.status !== 'pending' && (
                  <button
                    type='button'
                    disabled={action.isBusy}
                    onClick={() =>
                      void action.run(async () => {
                        await supabase.rpc('replay_webhook_delivery', { delivery_id: delivery.id })
                          .throwOnError()
                        await deliveries.reload()
                      })}
                  >
                    {t('webhooks.again')}
                  </button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Await>
      <Trouble problem={action.problem} />
    </details>
  )
}

function Add(
  { store, onSecret, reload }: {
    store: MyStore
    onSecret: (secret: string) => void
    reload: () => Promise<void>
  },
) {
  const [url, setUrl] = useState('')
  const [events, setEvents] = useState<WebhookEventType[]>(['order.created'])
  const action = useAction()
  const submit = (event: Event) => {
    event.preventDefault()
    void action.run(async () => {
      const { data } = await supabase.rpc('create_webhook_endpoint', { store_id: store.id, url, events })
        .throwOnError()
      onSecret(data.secret)
      setUrl('')
      await reload()
    })
  }
  return (
    <form class='sheet' onSubmit={submit}>
      <h2>{t('webhooks.add')}</h2>
      <TextField label={t('webhooks.url')} type='url' value={url} onValue={setUrl} required />
      <fieldset>
        <legend>{t('webhooks.events')}</legend>
        {EVENTS.map((type) => (
          <label key={type} class='inline'>
            <input
              type='checkbox'
              checked={events.includes(type)}
              onChange={(event) =>
                setEvents(
                  event.currentTarget.checked
                    ? [...events, type]
                    : events.filter((wanted) => wanted !== type),
                )}
            />
            <code>{type}</code>
          </label>
        ))}
      </fieldset>
      <Trouble problem={action.problem} />
      <button type='submit' disabled={action.isBusy || events.length === 0}>{t('webhooks.create')}</button>
    </form>
  )
}
