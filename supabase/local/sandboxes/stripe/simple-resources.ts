import type { Endpoint } from './endpoint.ts'
import { invalidRequest, noSuch } from './errors.ts'
import { list } from './lists.ts'
import { type Collection, type Customer, newId, now, type Store } from './objects.ts'
import type { Params } from './params.ts'
import { describePaymentMethod, resolvePaymentMethod } from './payment-methods.ts'

/** The kinds of objects that can be looked up and listed without anything special. */
type Kind =
  | 'accounts'
  | 'charges'
  | 'customers'
  | 'disputes'
  | 'events'
  | 'files'
  | 'paymentMethods'
  | 'transfers'

/** `GET /v1/<kind>/:id` */
export const retrieve = (kind: Kind, noun: string): Endpoint => ({ account, params, id }) => {
  params.only()
  const found: unknown = account.store[kind].get(id)
  if (!found) throw noSuch(noun, id)
  return () => found
}

/** `GET /v1/<kind>`, filtered by equality of the named fields. */
export const listAll = (kind: Kind, ...filters: string[]): Endpoint => ({ account, params, path }) => {
  const wanted = filters.map((name) => [name, params.string(name)] as const)
  const collection = account.store[kind] as Collection<{ id: string; created: number }>
  const matching = collection.all().filter((object) =>
    wanted.every(([name, value]) =>
      value === null || (object as unknown as Record<string, unknown>)[name] === value
    )
  )
  return list(matching, params, path, filters)
}

/** `POST /v1/customers` */
export const createCustomer: Endpoint = ({ account, params, cause }) => {
  const fields = customerFields(params, {})
  return () => {
    const customer = account.store.customers.add({
      id: newId('cus'),
      object: 'customer',
      created: now(),
      currency: null,
      livemode: false,
      ...fields,
    })
    account.emit('customer.created', customer, cause)
    return customer
  }
}

/** `POST /v1/customers/:id` */
export const updateCustomer: Endpoint = ({ account, params, id, cause }) => {
  const customer = findCustomer(account.store, id)
  const fields = customerFields(params, customer)
  return () => {
    Object.assign(customer, fields)
    account.emit('customer.updated', customer, cause)
    return customer
  }
}

/** `DELETE /v1/customers/:id` */
export const deleteCustomer: Endpoint = ({ account, params, id, cause }) => {
  params.only()
  const customer = findCustomer(account.store, id)
  return () => {
    account.store.customers.delete(id)
    account.emit('customer.deleted', customer, cause)
    return { id, object: 'customer', deleted: true }
  }
}

/** `POST /v1/payment_methods` */
export const createPaymentMethod: Endpoint = ({ account, params }) =>
  describePaymentMethod(account.store, params)

/** `POST /v1/payment_methods/:id/attach` */
export const attachPaymentMethod: Endpoint = ({ account, params, id }) => {
  params.only('customer')
  const customer = findCustomer(account.store, params.requiredString('customer'))
  const method = resolvePaymentMethod(account.store, id)
  return () => {
    const attached = method()
    attached.customer = customer.id
    return attached
  }
}

/** `POST /v1/payment_methods/:id/detach` */
export const detachPaymentMethod: Endpoint = ({ account, params, id }) => {
  params.only()
  const method = account.store.paymentMethods.get(id)
  if (!method) throw noSuch('PaymentMethod', id, 'payment_method')
  return () => {
    if (method.customer === null) {
      throw invalidRequest(
        'The payment method you provided is not attached to a customer so detachment is impossible.',
      )
    }
    method.customer = null
    return method
  }
}

function customerFields(params: Params, before: Partial<Customer>) {
  params.only('description', 'email', 'metadata', 'name', 'phone')
  return {
    description: params.string('description') ?? before.description ?? null,
    email: params.string('email') ?? before.email ?? null,
    metadata: params.metadata(before.metadata),
    name: params.string('name') ?? before.name ?? null,
    phone: params.string('phone') ?? before.phone ?? null,
  }
}

function findCustomer(store: Store, id: string): Customer {
  const customer = store.customers.get(id)
  if (!customer) throw noSuch('customer', id, 'customer')
  return customer
}
