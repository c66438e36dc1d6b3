import { z } from 'zod'
import { GiveReceipt } from '../../functions/documents/handler.ts'
import { PrepareImage } from '../../functions/images/handler.ts'
import { IssueRefund, StartPayment } from '../../functions/payments/handler.ts'
import { Account, Onboarding } from '../../functions/payouts/handler.ts'
import { ChangeLink } from '../../functions/store-links/handler.ts'
import type { Schema, Schemas } from './schemas.ts'

/** Files with the types that edge functions answer. */
export const TYPES_OF_FUNCTIONS = [
  'functions/documents/core.ts',
  'functions/health/core.ts',
  'functions/images/core.ts',
  'functions/payments/core.ts',
  'functions/payouts/core.ts',
]

/** With what a route is called. */
type Credential = 'nobody' | 'person' | 'secret' | 'signature'

interface Route {
  path: string
  method?: 'get' | 'post'
  summary: string
  credential: Credential
  body?: z.ZodType
  /** Beside what stands in the path. */
  query?: Record<string, string>
  answers: (schemas: Schemas) => Record<string, Schema>
}

const json = (schema: Schema, description = 'Done.') => ({
  200: { description, content: { 'application/json': { schema } } },
})
const text = (type: string, description: string) => ({
  200: { description, content: { [type]: { schema: { type: 'string' } } } },
})
const redirect = (status: number, description: string) => ({ [status]: { description } })
const counts = () => json({ type: 'object', additionalProperties: true }, 'What was done, in numbers.')

const LINK_MOVED = redirect(308, 'The store has another link by now: there.')

/** What is signed by its sender says so in a header of its own, and nobody else can call it. */
const ROUTES: Route[] = [
  {
    path: 'payments/intents',
    summary: 'Starts or continues the payment of a checkout by card. Amounts come from the database.',
    credential: 'person',
    body: StartPayment,
    answers: (schemas) => json(schemas.reference('PaymentState'), 'How far the payment is.'),
  },
  {
    path: 'payments/refunds',
    summary: 'Hands an approved refund to the payment provider.',
    credential: 'person',
    body: IssueRefund,
    answers: () =>
      json({
        type: 'object',
        required: ['refund_id', 'status'],
        properties: { refund_id: { type: 'string', format: 'uuid' }, status: { type: 'string' } },
      }),
  },
  {
    path: 'payouts/onboarding',
    summary: 'The page on which the owner of a store opens its account at the payment provider.',
    credential: 'person',
    body: Onboarding,
    answers: (schemas) => json(schemas.reference('OnboardingLink'), 'The page.'),
  },
  {
    path: 'payouts/account',
    summary: 'How the account of a store at the payment provider stands.',
    credential: 'person',
    body: Account,
    answers: () => json({ type: 'object' }, 'The account.'),
  },
  {
    path: 'documents/receipts',
    summary: 'The receipt of an order as PDF, made when it is first asked for.',
    credential: 'person',
    body: GiveReceipt,
    answers: (schemas) => json(schemas.reference('Issued'), 'Where it is read, for five minutes.'),
  },
  {
    path: 'images',
    summary: 'Makes web copies of a picture that was uploaded to the bucket `store-media`.',
    credential: 'person',
    body: PrepareImage,
    answers: (schemas) => json(schemas.reference('Prepared'), 'The picture and its copies.'),
  },
  {
    path: 'store-links',
    summary: 'Changes the link of a store; old ones go on leading to it.',
    credential: 'person',
    body: ChangeLink,
    answers: () => json(STORE_CARD, 'The store under its new link.'),
  },
  {
    path: 'store-links/{link}',
    method: 'get',
    summary: 'A store by its link, for machines.',
    credential: 'nobody',
    answers: () => ({ ...json(STORE_CARD, 'The store.'), ...LINK_MOVED }),
  },
  {
    path: 'store-links/{link}/open',
    method: 'get',
    summary: 'Sends a person to the page of a store.',
    credential: 'nobody',
    answers: () => redirect(302, 'The page of the store.'),
  },
  {
    path: 'store-links/{link}/qr.svg',
    method: 'get',
    summary: 'The QR code of a store as SVG.',
    credential: 'nobody',
    answers: () => ({ ...text('image/svg+xml', 'The code.'), ...LINK_MOVED }),
  },
  {
    path: 'store-links/{link}/qr.png',
    method: 'get',
    summary: 'The QR code of a store as PNG.',
    credential: 'nobody',
    query: { size: 'Side in pixels, 64 to 2048; 512 where it is left out.' },
    answers: () => ({ ...text('image/png', 'The code.'), ...LINK_MOVED }),
  },
  {
    path: 'calendar/bookings/{booking_id}.ics',
    method: 'get',
    summary: 'An appointment for a calendar: of the signed-in customer, or by the token of a letter.',
    credential: 'person',
    query: { token: 'Instead of signing in.' },
    answers: () => text('text/calendar', 'The appointment.'),
  },
  {
    path: 'calendar/feeds/{token}.ics',
    method: 'get',
    summary: 'The appointments of a staff member, for a calendar to subscribe to.',
    credential: 'nobody',
    answers: () => text('text/calendar', 'The appointments.'),
  },
  {
    path: 'notifications/push-key',
    method: 'get',
    summary: 'The key that a browser subscribes with.',
    credential: 'nobody',
    answers: () =>
      json(
        { type: 'object', required: ['public_key'], properties: { public_key: { type: 'string' } } },
        'The key.',
      ),
  },
  {
    path: 'notifications/unsubscribe',
    method: 'get',
    summary: 'The page that asks whether to end a kind of letter. It changes nothing.',
    credential: 'nobody',
    query: { token: 'Of the letter.' },
    answers: () => ({
      ...text('text/html', 'The page.'),
      ...redirect(302, 'The page of the storefront that asks.'),
    }),
  },
  {
    path: 'notifications/unsubscribe',
    summary: 'Ends a kind of letter (RFC 8058).',
    credential: 'nobody',
    query: { token: 'Of the letter.' },
    answers: () => text('text/html', 'It has ended.'),
  },
  {
    path: 'health',
    method: 'get',
    summary: 'Whether everything works.',
    credential: 'nobody',
    answers: (schemas) => {
      const health = schemas.reference('Health')
      const content = { 'application/json': { schema: health } }
      return { 200: { description: 'It does.', content }, 503: { description: 'It does not.', content } }
    },
  },
  {
    path: 'metrics',
    method: 'get',
    summary: 'Requests, orders, outbox and stock in numbers, for Prometheus.',
    credential: 'secret',
    answers: () => text('text/plain', 'The numbers.'),
  },
  {
    path: 'emails',
    summary: 'Sends what waits in the outbox. A job calls it.',
    credential: 'secret',
    answers: counts,
  },
  {
    path: 'payments-reconcile',
    summary: 'Asks the payment provider about payments whose events were lost. A job calls it.',
    credential: 'secret',
    answers: counts,
  },
  {
    path: 'payouts-send',
    summary: 'Sends transfers, reversals, payouts and answers to disputes that are due. A job calls it.',
    credential: 'secret',
    answers: counts,
  },
  {
    path: 'payouts-send/balances',
    summary: 'Compares what the payment provider holds with the ledger. A job calls it.',
    credential: 'secret',
    answers: counts,
  },
  {
    path: 'webhooks',
    summary: 'Delivers events to the programs of stores and of the marketplace. A job calls it.',
    credential: 'secret',
    answers: counts,
  },
  {
    path: 'images-sweep',
    summary: 'Removes copies of pictures that are not shown any more. A job calls it.',
    credential: 'secret',
    answers: counts,
  },
  {
    path: 'stripe-webhook',
    summary: 'Takes an event of Stripe, signed by it (`Stripe-Signature`).',
    credential: 'signature',
    answers: counts,
  },
  {
    path: 'resend-webhook',
    summary: 'Takes an event of Resend about a mail, signed by it (`svix-signature`).',
    credential: 'signature',
    answers: counts,
  },
  {
    path: 'auth-send-sms',
    summary: 'Texts a one-time code; called and signed by the Send SMS hook of Auth.',
    credential: 'signature',
    answers: counts,
  },
]

const STORE_CARD: Schema = {
  type: 'object',
  required: ['id', 'name', 'link', 'url', 'is_current', 'qr'],
  properties: {
    id: { type: 'string', format: 'uuid' },
    name: { type: 'string' },
    link: { type: 'string', description: 'The current link.' },
    url: { type: 'string', format: 'uri', description: 'What people share.' },
    is_current: {
      type: 'boolean',
      description: 'False where the store was found by a link that it had before.',
    },
    rating_average: { type: ['number', 'null'] },
    rating_count: { type: ['integer', 'null'] },
    qr: { type: 'object', properties: { svg: { type: 'string' }, png: { type: 'string' } } },
    structured_data: { type: 'object', description: 'For search engines (https://schema.org/Store).' },
  },
}

const SECURITY: Record<Credential, Record<string, string[]>[]> = {
  nobody: [],
  person: [{ key: [], session: [] }],
  secret: [{ key: [] }],
  signature: [],
}

/** The paths of the edge functions. */
export function pathsOfFunctions(schemas: Schemas): Record<string, Schema> {
  const paths: Record<string, Schema> = {}
  for (const { path, method = 'post', summary, credential, body, query = {}, answers } of ROUTES) {
    const parameters = [
      ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true })),
      ...Object.entries(query).map(([name, description]) => ({ name, in: 'query', description })),
    ]
    paths[`/functions/v1/${path}`] = {
      ...paths[`/functions/v1/${path}`],
      [method]: {
        operationId: `${method} ${path}`.replace(/\W+/g, '_'),
        tags: ['edge functions'],
        summary,
        security: SECURITY[credential],
        parameters: parameters.map((parameter) => ({ ...parameter, schema: { type: 'string' } })),
        ...(body === undefined ? {} : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: z.toJSONSchema(body, { io: 'input' }) } },
          },
        }),
        responses: { ...answers(schemas), default: { $ref: '#/components/responses/problem' } },
      },
    }
  }
  return paths
}
