import type { Words } from './english.ts'

/** What letters say, in German. */
export const de: Words = {
  ending: 'Keine E-Mails dieser Art mehr',
  banks_take: 'Bis Banken es anzeigen, vergehen bis zu zehn Tage.',
  things: {
    order: (number, store) =>
      number === null ? `Bestellung bei ${store}` : `Bestellung ${number} bei ${store}`,
    appointment: (service) => `Termin für ${service}`,
  },
  buttons: {
    view_order: 'Bestellung ansehen',
    view_orders: 'Bestellungen ansehen',
    view_appointments: 'Termine ansehen',
  },

  order: {
    subtotal: 'Zwischensumme',
    discount: 'Rabatt',
    shipping: 'Versand',
    pickup: 'Abholung',
    free: 'kostenlos',
    tax: 'Steuer',
    total: 'Gesamtbetrag',
    tax_included: 'Darin enthaltene Steuer',
    to_pay: 'Zu zahlen',
    nothing: 'nichts',
    paid: 'Bezahlt',
    cash_on_delivery: 'Bei Lieferung bar zu zahlen',
    cash_at_pickup: 'Bei Abholung bar zu zahlen',
    delivered_to: 'Lieferung an:',
    picked_up_at: 'Abzuholen bei:',
  },
  order_confirmed: {
    subject: (number, store) => `Ihre Bestellung ${number} bei ${store}`,
    heading: (name) => name === null ? 'Vielen Dank für Ihre Bestellung' : `Vielen Dank, ${name}`,
    text: (store, number, isPickup) =>
      `${store} hat Ihre Bestellung ${number} erhalten und sagt Ihnen Bescheid, sobald ${
        isPickup ? 'sie abgeholt werden kann' : 'sie auf dem Weg ist'
      }.`,
    brief: (order, total) => `Ihre ${order} ist bestätigt: ${total}.`,
  },
  order_placed_store: {
    subject: (order, total) => `Neue ${order}: ${total}`,
    heading: 'Eine neue Bestellung ist eingegangen',
    text: (number, store, at) => `Bestellung ${number} bei ${store}, ${at}.`,
    button: 'Bestellung öffnen',
  },
  order_status: {
    processing: (order) => `Ihre ${order} wird vorbereitet`,
    shipped: (order) => `Ihre ${order} ist auf dem Weg`,
    ready: (order) => `Ihre ${order} liegt zur Abholung bereit`,
    delivered: (order) => `Ihre ${order} wurde zugestellt`,
    picked_up: (order) => `Ihre ${order} wurde abgeholt`,
    cancelled: (order) => `Ihre ${order} wurde storniert`,
    texts: {
      processing: 'Ihre Bestellung wird vorbereitet.',
      shipped: 'Ihre Bestellung wurde dem Zusteller übergeben.',
      ready: 'Ihre Bestellung liegt zur Abholung bereit.',
      delivered: 'Ihre Bestellung wurde zugestellt. Wir wünschen Ihnen viel Freude damit.',
      picked_up: 'Ihre Bestellung wurde abgeholt. Wir wünschen Ihnen viel Freude damit.',
    },
    parcel: (carrier, number) =>
      `Ihr Paket hat ${carrier === null ? 'beim Zusteller' : `bei ${carrier}`} die Nummer ${number}.`,
    track: 'Paket verfolgen',
    cancelled_by: {
      customer: () => 'Sie haben die Bestellung storniert.',
      store: (store) => `${store} hat die Bestellung storniert.`,
      marketplace: (_store, marketplace) => `${marketplace} hat die Bestellung storniert.`,
      expiry: () => 'Die Bestellung wurde nicht rechtzeitig bezahlt.',
    },
    money: {
      card: (amount) => `Sie erhalten ${amount} auf dem Weg zurück, auf dem Sie bezahlt haben.`,
      cash: (amount, store) => `${store} gibt Ihnen die ${amount} zurück, die Sie bar bezahlt haben.`,
      refunded_before: () => 'Was Sie bezahlt hatten, wurde schon vorher erstattet.',
      under_way: () => 'Sollte Ihre Zahlung noch eintreffen, erhalten Sie alles zurück.',
      not_charged: () => 'Es wurde nichts abgebucht.',
      not_due: () => 'Es ist nichts zu zahlen.',
    },
    back_in_cart: 'Was noch zu haben ist, liegt wieder in Ihrem Warenkorb.',
  },
  refund: {
    rejected: {
      subject: (thing) => `Ihre Erstattung für ${thing} wurde abgelehnt`,
      heading: 'Ihre Erstattung wurde abgelehnt',
      text: (amount, thing) =>
        `Die Erstattung von ${amount}, die für ${thing} verlangt wurde, wurde abgelehnt. Es fließt kein Geld.`,
    },
    failed: {
      subject: (thing) => `Ihre Erstattung für ${thing} konnte nicht ausgezahlt werden`,
      heading: 'Ihre Erstattung konnte noch nicht ausgezahlt werden',
      text: (amount, thing) =>
        `Die Erstattung von ${amount} für ${thing} hat Sie nicht erreicht: Ihre Bank oder der ` +
        'Zahlungsdienst hat sie nicht angenommen. Wir kümmern uns darum.',
    },
    succeeded: {
      subject: (amount) => `Ihre Erstattung von ${amount}`,
      heading: (amount) => `${amount} sind auf dem Weg zu Ihnen`,
      text: (amount, thing, who) =>
        `${who} hat ${amount} für ${thing} erstattet, auf dem Weg, auf dem Sie bezahlt haben.`,
    },
    in_cash: {
      subject: (amount) => `Ihre Erstattung von ${amount}`,
      heading: (amount) => `Sie erhalten ${amount} bar zurück`,
      text: (amount, thing, who) => `${who} gibt Ihnen ${amount} für ${thing} bar zurück.`,
    },
    things: {
      order: (order) => `Ihre ${order}`,
      appointment: (appointment) => `Ihren ${appointment}`,
      payment: 'Ihre Zahlung',
    },
  },
  payment_failed: {
    subject: 'Ihre Zahlung ist fehlgeschlagen',
    text: (amount) => `Die Zahlung von ${amount} ist fehlgeschlagen, und es wurde nichts abgebucht.`,
    brief: (amount) => `Ihre Zahlung von ${amount} ist fehlgeschlagen.`,
    items_kept: (until) =>
      `Ihre Artikel sind bis ${until} für Sie reserviert: Bezahlen Sie noch einmal oder auf anderem Weg.`,
    time_kept: (service, until) =>
      `Ihre Zeit für ${service} ist bis ${until} für Sie reserviert: Bezahlen Sie noch einmal oder auf ` +
      'anderem Weg.',
    order_over: 'Die Bestellung wartet nicht mehr darauf.',
    appointment_over: 'Der Termin wartet nicht mehr darauf.',
    reason: (code) => FAILURES[code ?? ''] ?? 'Die Zahlung konnte nicht abgeschlossen werden.',
    button: 'Noch einmal versuchen',
  },
  payment_refunded_late: {
    subject: 'Ihre Zahlung kam zu spät und geht an Sie zurück',
    causes: {
      cancelled: (amount) =>
        `Ihre Zahlung von ${amount} erreichte uns, als die Bestellung schon storniert war.`,
      sold_out: (amount) =>
        `Ihre Zahlung von ${amount} erreichte uns, als die Reservierung abgelaufen war und die Artikel ` +
        'vergriffen waren.',
      coupon_used_up: (amount) =>
        `Ihre Zahlung von ${amount} erreichte uns, als die Reservierung abgelaufen und der Gutschein der ` +
        'Bestellung aufgebraucht war.',
    },
    all_back: 'Sie erhalten alles zurück.',
  },
  low_stock: {
    subject: (product) => `Geringer Bestand: ${product}`,
    heading: (product, store) => `${product} geht bei ${store} zur Neige`,
    left: 'Übrig',
    threshold: 'Meldung ab',
    sku: 'Artikelnummer',
    button: 'Bestand verwalten',
  },
  back_in_stock: {
    subject: (product) => `${product} ist wieder da`,
    heading: (product) => `${product} ist wieder vorrätig`,
    text: (store, price) => `Sie wollten es wissen: ${store} hat es wieder, für ${price}.`,
    button: 'Ansehen',
  },
  invitation: {
    subject: (store) => `Sie sind zu ${store} eingeladen`,
    heading: (store, role) => `Arbeiten Sie bei ${store} mit: ${role}`,
    roles: { owner: 'Inhaberschaft', manager: 'Leitung', staff: 'Mitarbeit' },
    text: (inviter, store, until) =>
      `${inviter} lädt Sie ein, im Geschäft ${store} mitzuarbeiten. Die Einladung gilt bis ${until}.`,
    button: 'Einladung annehmen',
    ignore: 'Wenn Sie damit nicht gerechnet haben, beachten Sie sie nicht: Es geschieht nichts.',
  },
  abandoned_cart: {
    subject: 'In Ihrem Warenkorb liegt noch etwas',
    heading: 'Denken Sie noch darüber nach?',
    button: 'Zurück zum Warenkorb',
  },
  review_request: {
    subject: (store) => `Wie gefällt Ihnen Ihr Einkauf bei ${store}?`,
    heading: 'Wie gefällt es Ihnen?',
    text: (order) => `Ihre ${order} ist angekommen. Andere wüssten gern, wie es ist:`,
    appointment_subject: (store) => `Wie war Ihr Termin bei ${store}?`,
    appointment_heading: 'Wie war es?',
    appointment_text: (store, service) =>
      `Sie hatten einen Termin bei ${store}: ${service}. Andere wüssten gern, wie es war.`,
    button: 'Bewertung schreiben',
  },
  review_decision: {
    hide: {
      subject: (what) => `Ihre Bewertung von ${what} wurde ausgeblendet`,
      text: (what, marketplace) =>
        `${marketplace} hat Ihre Bewertung von ${what} ausgeblendet: Niemand außer Ihnen sieht sie, und ihre ` +
        'Sterne zählen nicht.',
    },
    restore: {
      subject: (what) => `Ihre Bewertung von ${what} ist wieder sichtbar`,
      text: (what, marketplace) =>
        `${marketplace} hat sich Ihre Bewertung von ${what} noch einmal angesehen: Alle sehen sie, und ihre ` +
        'Sterne zählen.',
    },
    keep: {
      subject: (what) => `Ihre Bewertung von ${what} bleibt ausgeblendet`,
      text: (what, marketplace) =>
        `${marketplace} hat sich Ihre Bewertung von ${what} noch einmal angesehen. Sie bleibt ausgeblendet.`,
    },
    rule: 'Regel',
    facts: 'Begründung',
    decided_by: 'Entschieden von',
    a_program: 'einem Programm',
    a_person: 'einem Menschen',
    see: 'Bewertung ansehen',
    appeal_until: (until) =>
      `Wenn Sie das für falsch halten, können Sie bis ${until} Widerspruch einlegen, hier oder, wie das Gesetz ` +
      'es vorsieht, bei einem Gericht oder einer Schlichtungsstelle.',
    appeal: 'Widerspruch einlegen',
  },
  unread_messages: {
    subject: (count, from) =>
      `Sie haben ${
        count === 1 ? 'eine ungelesene Nachricht' : `${count} ungelesene Nachrichten`
      } von ${from}`,
    subject_store: (count, from, store) =>
      `${store} hat ${count === 1 ? 'eine ungelesene Nachricht' : `${count} ungelesene Nachrichten`}` +
      (from === null ? '' : ` von ${from}`),
    heading: (from) => `${from} hat Ihnen geschrieben`,
    heading_store: (from, store) => `${from ?? 'Jemand'} hat ${store} geschrieben`,
    files: (count) => count === 1 ? '[eine Datei]' : `[${count} Dateien]`,
    more: (count) => `Und ${count} weitere.`,
    button: 'Antworten',
  },
  webhook_disabled: {
    subject: (store) => `Ein Webhook-Endpunkt von ${store} wurde abgeschaltet`,
    heading: 'Eines Ihrer Programme erhält keine Ereignisse mehr',
    text: (since) =>
      `Es hat seit ${since} keines angenommen. Der Laden selbst ist davon nicht betroffen. Was geschieht, bis Sie den ` +
      'Endpunkt wieder einschalten, wird nicht nachgesandt.',
    button: 'Protokoll ansehen',
  },
  alert: {
    subject: (rule) => `Warnung: ${rule}`,
    brief: (rule, message) => `Warnung ${rule}: ${message}`,
  },

  booking: {
    with: (staff) => `bei ${staff}`,
    people: 'Personen',
    where: 'Ort',
    price: 'Preis',
    free: 'kostenlos',
    paid: 'Bezahlt',
    to_pay_there: 'Vor Ort zu zahlen',
    reference: 'Buchungsnummer',
    customer: 'Kundschaft',
    free_until: (until) => `Bis ${until} können Sie kostenlos absagen.`,
    please_say_so: 'Wenn Sie nicht kommen können, sagen Sie bitte ab: Die Zeit kann jemand anders bekommen.',
    goes_back: (amount) => `Sie erhalten ${amount} auf dem Weg zurück, auf dem Sie bezahlt haben.`,
    goes_back_in_part: (amount, kept) =>
      `Sie erhalten ${amount} auf dem Weg zurück, auf dem Sie bezahlt haben; ${kept} werden nach den ` +
      'Bedingungen einbehalten.',
    all_kept: (paid) => `Die ${paid}, die Sie bezahlt haben, werden nach den Bedingungen einbehalten.`,
    manage: 'Ansehen, verschieben oder absagen',
    book_another: 'Andere Zeit buchen',
    open_calendar: 'Kalender öffnen',
    was_on: (before) => `Bisher: ${before}.`,
  },
  booking_confirmed: {
    subject: (store, at) => `Ihr Termin bei ${store}: ${at}`,
    heading: (name) => name === null ? 'Ihr Termin ist bestätigt' : `Bis bald, ${name}`,
    text: (store, at) => `${store} erwartet Sie am ${at}.`,
  },
  booking_requested: {
    subject: (store, at) => `Ihre Anfrage bei ${store} für ${at}`,
    heading: 'Ihre Anfrage ist eingegangen',
    text: (store, at, until) =>
      `${store} entscheidet${until === null ? '' : ` bis ${until}`}, ob es am ${at} geht. ` +
      'So lange ist die Zeit für Sie reserviert, und Sie erhalten Bescheid.',
  },
  booking_moved: {
    subject: (store, at) => `Ihr Termin bei ${store} wurde verschoben: ${at}`,
    subject_request: (store, at) => `Ihre Anfrage bei ${store} wurde verschoben: ${at}`,
    heading: 'Ihr Termin wurde verschoben',
    heading_request: 'Ihre Anfrage wurde verschoben',
    text: (before, at) => `Bisher: ${before}. Jetzt: ${at}.`,
    text_staff: (at, staff) => `Ihr Termin ist am ${at}, bei ${staff}.`,
    undecided: (store) => `${store} hat noch nicht entschieden, ob es geht.`,
  },
  booking_cancelled: {
    subject: (store) => `Ihr Termin bei ${store} wurde abgesagt`,
    heading: 'Ihr Termin wurde abgesagt',
    by: {
      customer: (at) => `Sie haben den Termin am ${at} abgesagt.`,
      store: (at, store) => `${store} hat den Termin am ${at} abgesagt.`,
      us: (at) => `Wir haben den Termin am ${at} abgesagt.`,
    },
  },
  booking_declined: {
    subject: (store, at) => `Bei ${store} geht es am ${at} nicht`,
    heading: 'Ihre Anfrage wurde abgelehnt',
    text: (store, at) => `${store} kann Sie am ${at} nicht empfangen.`,
  },
  booking_lapsed: {
    subject: (store) => `${store} hat Ihre Anfrage nicht beantwortet`,
    heading: 'Ihre Anfrage wurde nicht beantwortet',
    text: (store, at) =>
      `${store} hat nicht rechtzeitig geantwortet, ob es am ${at} geht. Die Zeit ist nicht mehr für Sie ` +
      'reserviert.',
  },
  booking_refunded_late: {
    subject: 'Ihre Zahlung kam zu spät und geht an Sie zurück',
    text: (store, at) =>
      `Die Zeit bei ${store} am ${at} war nicht mehr für Sie reserviert, als Ihre Zahlung uns erreichte.`,
  },
  booking_reminder: {
    subject: (service, store, at) => `Erinnerung: ${service} bei ${store}, ${at}`,
    heading: 'Ihr Termin steht bevor',
    text: (store, at) => `${store} erwartet Sie am ${at}.`,
  },
  booking_offer: {
    subject: (store, at) => `${store} hat eine Zeit für Sie: ${at}`,
    heading: 'Eine Zeit ist frei geworden',
    text: (store, at, until) =>
      `Sie warten auf eine Zeit bei ${store}. Der ${at} ist bis ${until} für Sie reserviert.`,
    button: 'Annehmen',
  },
  booking_confirmed_store: {
    subject: (service, at) => `Neuer Termin: ${service}, ${at}`,
  },
  booking_requested_store: {
    subject: (service, at) => `Bitte antworten: ${service}, ${at}`,
    text: (until) => `Ohne Antwort bis ${until} verfällt die Anfrage.`,
  },
  booking_moved_store: {
    subject: (service, at) => `Verschoben: ${service}, jetzt ${at}`,
  },
  booking_cancelled_store: {
    subject: (service, at) => `Abgesagt: ${service}, ${at}`,
  },
}

/** Why a payment failed, by the provider's codes. */
const FAILURES: Record<string, string> = {
  card_declined: 'Ihre Karte wurde abgelehnt.',
  generic_decline: 'Ihre Karte wurde abgelehnt.',
  do_not_honor: 'Ihre Karte wurde abgelehnt.',
  insufficient_funds: 'Ihr Konto ist nicht ausreichend gedeckt.',
  expired_card: 'Ihre Karte ist abgelaufen.',
  incorrect_cvc: 'Die Prüfziffer Ihrer Karte stimmt nicht.',
  incorrect_number: 'Die Nummer Ihrer Karte stimmt nicht.',
  processing_error: 'Ihre Karte konnte gerade nicht belastet werden. Versuchen Sie es bitte noch einmal.',
  authentication_required: 'Ihre Bank möchte, dass Sie die Zahlung bestätigen.',
  payment_intent_authentication_failure: 'Ihre Bank konnte nicht bestätigen, dass Sie es waren.',
}
