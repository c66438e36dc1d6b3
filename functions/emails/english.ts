/**
 * What letters say, in English. Every other language has the same keys. What is filled in is text already: amounts,
 * times and names as the reader reads them. An order or appointment is filled in as {@link en.things} name it.
 */
export const en = {
  /** At the foot of a letter that is not transactional. */
  ending: 'No more e-mails of this kind',
  banks_take: 'Banks take up to ten days to show it.',
  /** How sentences name what they are about. */
  things: {
    /** A number counts within its store, so it is never said without it. */
    order: (number: string | null, store: string) =>
      number === null ? `order at ${store}` : `order ${number} of ${store}`,
    appointment: (service: string) => `appointment for ${service}`,
  },
  buttons: {
    view_order: 'View your order',
    view_orders: 'View your orders',
    view_appointments: 'View your appointments',
  },

  /** The table of an order. */
  order: {
    subtotal: 'Subtotal',
    discount: 'Discount',
    shipping: 'Shipping',
    pickup: 'Pick-up',
    free: 'free',
    tax: 'Tax',
    total: 'Total',
    tax_included: 'Tax included',
    to_pay: 'To pay',
    nothing: 'nothing',
    paid: 'Paid',
    cash_on_delivery: 'To pay in cash on delivery',
    cash_at_pickup: 'To pay in cash at pick-up',
    delivered_to: 'To be delivered to:',
    picked_up_at: 'To be picked up at:',
  },
  order_confirmed: {
    subject: (number: string, store: string) => `Your order ${number} at ${store}`,
    heading: (name: string | null) => name === null ? 'Thank you for your order' : `Thank you, ${name}`,
    text: (store: string, number: string, isPickup: boolean) =>
      `${store} has your order ${number} and will tell you when ${
        isPickup ? 'it can be picked up' : 'it leaves'
      }.`,
    brief: (order: string, total: string) => `Your ${order} is confirmed: ${total}.`,
  },
  order_placed_store: {
    subject: (order: string, total: string) => `New ${order}: ${total}`,
    heading: 'A new order has come in',
    text: (number: string, store: string, at: string) => `Order ${number} of ${store}, ${at}.`,
    button: 'Open the order',
  },
  order_status: {
    processing: (order: string) => `Your ${order} is being prepared`,
    shipped: (order: string) => `Your ${order} is on its way`,
    ready: (order: string) => `Your ${order} is ready to be picked up`,
    delivered: (order: string) => `Your ${order} was delivered`,
    picked_up: (order: string) => `Your ${order} was picked up`,
    cancelled: (order: string) => `Your ${order} was cancelled`,
    texts: {
      processing: 'Your order is being prepared.',
      shipped: 'Your order has been handed to the carrier.',
      ready: 'Your order is ready to be picked up.',
      delivered: 'Your order was delivered. We hope you like it.',
      picked_up: 'Your order was picked up. We hope you like it.',
    },
    parcel: (carrier: string | null, number: string) =>
      `${carrier ?? 'The carrier'} calls your parcel ${number}.`,
    track: 'Track the parcel',
    cancelled_by: {
      customer: () => 'You cancelled the order.',
      store: (store: string) => `${store} cancelled the order.`,
      marketplace: (_store: string, marketplace: string) => `${marketplace} cancelled the order.`,
      expiry: () => 'The order was not paid in time.',
    },
    money: {
      card: (amount: string) => `${amount} goes back to you the way you paid.`,
      cash: (amount: string, store: string) =>
        `${store} gives the ${amount} that you paid in cash back to you.`,
      refunded_before: () => 'What you had paid was refunded before.',
      under_way: () => 'Should your payment still arrive, all of it goes back to you.',
      not_charged: () => 'Nothing was charged.',
      not_due: () => 'There is nothing to pay.',
    },
    back_in_cart: 'What can still be bought is back in your cart.',
  },
  refund: {
    rejected: {
      subject: (thing: string) => `Your refund for ${thing} was declined`,
      heading: 'Your refund was declined',
      text: (amount: string, thing: string) =>
        `The refund of ${amount} that was asked for ${thing} was declined. No money moves.`,
    },
    failed: {
      subject: (thing: string) => `Your refund for ${thing} could not be paid out`,
      heading: 'Your refund could not be paid out yet',
      text: (amount: string, thing: string) =>
        `The refund of ${amount} for ${thing} did not reach you: your bank or the payment provider did not ` +
        'take it. We are looking into it.',
    },
    succeeded: {
      subject: (amount: string) => `Your refund of ${amount}`,
      heading: (amount: string) => `${amount} is on its way back to you`,
      text: (amount: string, thing: string, who: string) =>
        `${who} refunded ${amount} of ${thing}, the way you paid.`,
    },
    in_cash: {
      subject: (amount: string) => `Your refund of ${amount}`,
      heading: (amount: string) => `${amount} goes back to you in cash`,
      text: (amount: string, thing: string, who: string) =>
        `${who} gives ${amount} of ${thing} back to you in cash.`,
    },
    /** What a refund is of. */
    things: {
      order: (order: string) => order,
      appointment: (appointment: string) => `your ${appointment}`,
      payment: 'your payment',
    },
  },
  payment_failed: {
    subject: 'Your payment did not go through',
    text: (amount: string) => `The payment of ${amount} did not go through, and nothing was charged.`,
    brief: (amount: string) => `Your payment of ${amount} did not go through.`,
    items_kept: (until: string) =>
      `Your items are kept for you until ${until}: pay again, or in another way.`,
    time_kept: (service: string, until: string) =>
      `Your time for ${service} is kept for you until ${until}: pay again, or in another way.`,
    order_over: 'The order is not waiting for it any more.',
    appointment_over: 'The appointment is not waiting for it any more.',
    /** The provider writes to the card's holder in English; another language has words of its own for its codes. */
    reason: (_code: string | null, said: string) => said,
    button: 'Try again',
  },
  payment_refunded_late: {
    subject: 'Your payment came too late and goes back to you',
    causes: {
      cancelled: (amount: string) =>
        `Your payment of ${amount} reached us after the order had been cancelled.`,
      sold_out: (amount: string) =>
        `Your payment of ${amount} reached us after the reservation had ended, and the items were gone.`,
      coupon_used_up: (amount: string) =>
        `Your payment of ${amount} reached us after the reservation had ended, and the coupon on the order ` +
        'had been used up.',
    },
    all_back: 'All of it goes back to you.',
  },
  low_stock: {
    subject: (product: string) => `Low stock: ${product}`,
    heading: (product: string, store: string) => `${product} is running low at ${store}`,
    left: 'Left',
    threshold: 'Alert at',
    sku: 'SKU',
    button: 'Manage stock',
  },
  back_in_stock: {
    subject: (product: string) => `${product} is back`,
    heading: (product: string) => `${product} is back in stock`,
    text: (store: string, price: string) => `You asked us to tell you: ${store} has it again, for ${price}.`,
    button: 'See it',
  },
  invitation: {
    subject: (store: string) => `You are invited to ${store}`,
    heading: (store: string, role: string) => `Join ${store} as ${role}`,
    roles: { owner: 'owner', manager: 'manager', staff: 'staff' },
    text: (inviter: string, store: string, until: string) =>
      `${inviter} invited you to work in the store ${store}. The invitation is good until ${until}.`,
    button: 'Accept the invitation',
    ignore: 'If you did not expect this, ignore it: nothing happens.',
  },
  abandoned_cart: {
    subject: 'You left something in your cart',
    heading: 'Still thinking about it?',
    button: 'Back to your cart',
  },
  review_request: {
    subject: (store: string) => `How do you like what you bought at ${store}?`,
    heading: 'How do you like it?',
    text: (order: string) => `You received ${order}. Others would like to hear what it is like:`,
    appointment_subject: (store: string) => `How was your appointment at ${store}?`,
    appointment_heading: 'How was it?',
    appointment_text: (store: string, service: string) =>
      `You had an appointment at ${store}: ${service}. Others would like to hear what it was like.`,
    button: 'Write a review',
  },
  review_decision: {
    hide: {
      subject: (what: string) => `Your review of ${what} was hidden`,
      text: (what: string, marketplace: string) =>
        `${marketplace} hid your review of ${what}: nobody but you sees it, and its stars do not count.`,
    },
    restore: {
      subject: (what: string) => `Your review of ${what} is visible again`,
      text: (what: string, marketplace: string) =>
        `${marketplace} looked at your review of ${what} again: everybody sees it, and its stars count.`,
    },
    keep: {
      subject: (what: string) => `Your review of ${what} stays hidden`,
      text: (what: string, marketplace: string) =>
        `${marketplace} looked at your review of ${what} again, and it stays hidden.`,
    },
    rule: 'Rule',
    facts: 'Facts',
    decided_by: 'Decided by',
    a_program: 'a program',
    a_person: 'a person',
    see: 'See your review',
    appeal_until: (until: string) =>
      `If you think that this is wrong, you may appeal until ${until}, here or, as the law has it, before a ` +
      'court or a body for such disputes.',
    appeal: 'Appeal',
  },
  unread_messages: {
    subject: (count: number, from: string) =>
      `You have ${count === 1 ? 'an unread message' : `${count} unread messages`} from ${from}`,
    /** A customer may have no name. */
    subject_store: (count: number, from: string | null, store: string) =>
      `${store} has ${count === 1 ? 'an unread message' : `${count} unread messages`} from ${
        from ?? 'a customer'
      }`,
    heading: (from: string) => `${from} wrote to you`,
    heading_store: (from: string | null, store: string) => `${from ?? 'A customer'} wrote to ${store}`,
    files: (count: number) => count === 1 ? '[a file]' : `[${count} files]`,
    more: (count: number) => `And ${count} more.`,
    button: 'Answer',
  },
  webhook_disabled: {
    subject: (store: string) => `A webhook endpoint of ${store} was switched off`,
    heading: 'We stopped sending events to one of your programs',
    text: (since: string) =>
      `It has accepted none since ${since}. The store itself is not affected. What happens until you switch the ` +
      'endpoint on again is not sent later.',
    button: 'Look at its log',
  },
  alert: {
    subject: (rule: string) => `Alert: ${rule}`,
    brief: (rule: string, message: string) => `Alert ${rule}: ${message}`,
  },

  /** The table of an appointment, and what all letters about one share. */
  booking: {
    with: (staff: string) => `with ${staff}`,
    people: 'People',
    where: 'Where',
    price: 'Price',
    free: 'free',
    paid: 'Paid',
    to_pay_there: 'To pay there',
    reference: 'Reference',
    customer: 'Customer',
    free_until: (until: string) => `Cancelled until ${until} it costs nothing.`,
    please_say_so: 'If you cannot come, please say so: the time can be given to somebody else.',
    goes_back: (amount: string) => `${amount} goes back to you the way you paid.`,
    goes_back_in_part: (amount: string, kept: string) =>
      `${amount} goes back to you the way you paid; by its terms ${kept} are kept.`,
    all_kept: (paid: string) => `By its terms the ${paid} that you paid are kept.`,
    manage: 'See, move or cancel it',
    book_another: 'Book another time',
    open_calendar: 'Open the calendar',
    was_on: (before: string) => `It was on ${before}.`,
  },
  booking_confirmed: {
    subject: (store: string, at: string) => `Your appointment at ${store}: ${at}`,
    heading: (name: string | null) =>
      name === null ? 'Your appointment is confirmed' : `See you soon, ${name}`,
    text: (store: string, at: string) => `${store} expects you on ${at}.`,
  },
  booking_requested: {
    subject: (store: string, at: string) => `Your request to ${store} for ${at}`,
    heading: 'Your request has arrived',
    text: (store: string, at: string, until: string | null) =>
      `${store} decides whether ${at} can be kept${until === null ? '' : `, until ${until}`}. ` +
      'The time is kept for you until then, and you are told.',
  },
  booking_moved: {
    subject: (store: string, at: string) => `Your appointment at ${store} has moved to ${at}`,
    subject_request: (store: string, at: string) => `Your request to ${store} has moved to ${at}`,
    heading: 'Your appointment has moved',
    heading_request: 'Your request has moved',
    text: (before: string, at: string) => `It was on ${before}. Now it is on ${at}.`,
    text_staff: (at: string, staff: string) => `It is on ${at}, with ${staff}.`,
    undecided: (store: string) => `${store} has yet to decide whether it can be kept.`,
  },
  booking_cancelled: {
    subject: (store: string) => `Your appointment at ${store} was cancelled`,
    heading: 'Your appointment was cancelled',
    by: {
      customer: (at: string) => `You cancelled the appointment on ${at}.`,
      store: (at: string, store: string) => `${store} cancelled the appointment on ${at}.`,
      us: (at: string) => `We cancelled the appointment on ${at}.`,
    },
  },
  booking_declined: {
    subject: (store: string, at: string) => `${store} cannot keep ${at}`,
    heading: 'Your request was declined',
    text: (store: string, at: string) => `${store} cannot take you on ${at}.`,
  },
  booking_lapsed: {
    subject: (store: string) => `${store} did not answer your request`,
    heading: 'Your request was not answered',
    text: (store: string, at: string) =>
      `${store} did not answer in time whether ${at} can be kept. It is not kept any more.`,
  },
  booking_refunded_late: {
    subject: 'Your payment came too late and goes back to you',
    text: (store: string, at: string) =>
      `The time at ${store} on ${at} was not kept for you any more when your payment reached us.`,
  },
  booking_reminder: {
    subject: (service: string, store: string, at: string) => `Reminder: ${service} at ${store}, ${at}`,
    heading: 'Your appointment is coming up',
    text: (store: string, at: string) => `${store} expects you on ${at}.`,
  },
  booking_offer: {
    subject: (store: string, at: string) => `${store} has a time for you: ${at}`,
    heading: 'A time has become free',
    text: (store: string, at: string, until: string) =>
      `You wait for a time at ${store}. ${at} is kept for you until ${until}.`,
    button: 'Take it',
  },
  booking_confirmed_store: {
    subject: (service: string, at: string) => `New appointment: ${service}, ${at}`,
  },
  booking_requested_store: {
    subject: (service: string, at: string) => `Please answer: ${service}, ${at}`,
    text: (until: string) => `Without an answer until ${until} it lapses.`,
  },
  booking_moved_store: {
    subject: (service: string, at: string) => `Moved: ${service}, now ${at}`,
  },
  booking_cancelled_store: {
    subject: (service: string, at: string) => `Cancelled: ${service}, ${at}`,
  },
}

/** What every language has to say. */
export type Words = typeof en
