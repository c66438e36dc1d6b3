/**
 * The JSON of the API: what verbs answer, what they take, and what stands in columns of JSON. `npm run types` puts these
 * types into `Database` (database.types.ts); a test compiles real answers against them, so none can say too much or too little.
 * Amounts are whole minor units of the currency beside them; times are ISO 8601 in UTC.
 */
import type { ErrorCode } from './error-codes.ts'

/** How an order is paid. */
/** What can be reviewed. */
export type ReviewSubject = 'product' | 'store' | 'service'

export type PaymentMethod = 'card' | 'cash_on_delivery'
/** How a discount or coupon lowers a price. */
export type CouponKind = 'percentage' | 'amount' | 'free_shipping'

/** A picture in the bucket `store-media`. */
export interface Image {
  path: string
  alt: string
}

/** A category, as lists name it. */
export interface CategoryReference {
  id: string
  name: string
  slug: string
}

/** A store, as lists name it; `link` is its address in the shop. */
export interface StoreReference {
  id: string
  name: string
  link: string
}

/** An address as an order keeps it: what was written, never what the address book says later. */
export interface ShippingAddress {
  recipient_name: string
  line1: string
  line2: string | null
  city: string
  region: string | null
  postal_code: string | null
  /** ISO 3166-1 alpha-2. */
  country_code: string
  /** E.164. */
  phone: string | null
}

/** A shipping address as checkout takes it. */
export interface ShippingAddressInput {
  recipient_name: string
  line1: string
  line2?: string | null
  city: string
  region?: string | null
  postal_code?: string | null
  country_code: string
  phone?: string | null
}

/** By store id, the id of the way its parcel goes. */
export type ChosenShippingMethods = Record<string, string>

/** A way of shipping that a store offers for this cart. */
export interface OfferedShippingMethod {
  id: string
  name: string
  kind: 'flat' | 'free_over' | 'pickup'
  rate_amount: number
  free_over_amount: number | null
}

/** One line of a cart, with live prices. */
export interface CartItem {
  variant_id: string
  product_id: string
  store_id: string
  name: string
  slug: string
  variant_title: string | null
  sku: string | null
  image_path: string | null
  quantity: number
  currency: string
  mrp_amount: number
  list_amount: number
  unit_price_amount: number
  subtotal_amount: number
  discount_amount: number
  tax_amount: number
  included_tax_amount: number
  total_amount: number
  availability: 'available' | 'out_of_stock' | 'insufficient_stock' | 'unavailable'
  /** How many of the wanted pieces there are. */
  available_quantity: number
}

/** What one store would get of a cart. */
export interface CartStore {
  store_id: string
  name: string
  slug: string
  is_open: boolean
  currency: string
  item_count: number
  subtotal_amount: number
  discount_amount: number
  shipping_amount: number
  tax_amount: number
  included_tax_amount: number
  total_amount: number
  shipping_method_id: string | null
  shipping_method_name: string | null
  shipping_methods: OfferedShippingMethod[]
}

/** A code in a cart: what it takes off, or why it does not. */
export interface CartCoupon {
  code: string
  store_id: string | null
  kind: CouponKind
  amount: number
  problem: ErrorCode | null
}

/** A cart. Sums are null when its stores sell in different currencies; `id` and `currency` are null while there is none. */
export interface Cart {
  id: string | null
  currency: string | null
  item_count: number
  subtotal_amount: number | null
  discount_amount: number | null
  shipping_amount: number | null
  tax_amount: number | null
  included_tax_amount: number | null
  total_amount: number | null
  is_available: boolean
  items: CartItem[]
  stores: CartStore[]
  coupons: CartCoupon[]
  /** The secret of a cart without an account, told once, by the call that opened it. */
  token?: string
}

/** What `checkout` placed. */
export interface PlacedCheckout {
  checkout_id: string
  status: 'pending' | 'confirmed' | 'expired' | 'cancelled'
  payment_method: PaymentMethod
  total_amount: number
  currency: string
  /** Until when the stock is held for a card payment. */
  expires_at: string | null
  orders: PlacedOrder[]
}

/** One store's order of a checkout; it gets its number when it is confirmed. */
export interface PlacedOrder {
  id: string
  store_id: string
  number: number | null
  reference: string | null
  status: 'pending' | 'confirmed'
  total_amount: number
}

/** What visible reviews add up to. */
export interface Ratings {
  /** With two decimals; null without a review. 5 and 1 only if all agree. */
  rating_average: number | null
  rating_count: number
  /** How many reviews have how many stars. */
  rating_bars: Record<'1' | '2' | '3' | '4' | '5', number>
}

/** A review as a list shows it. */
export interface ReviewCard {
  id: string
  rating: 1 | 2 | 3 | 4 | 5
  body: string
  /** First name and an initial; null without a name, or once the account was deleted. */
  author_name: string | null
  is_mine: boolean
  helpful_count: number
  unhelpful_count: number
  my_vote: -1 | 0 | 1
  edited_after_reply: boolean
  edited_at: string | null
  created_at: string
  /** Paths in the bucket `store-media`. */
  media: string[]
  reply: { body: string; created_at: string; edited_at: string | null } | null
}

/** One page of reviews, with what all of them add up to. */
export interface ReviewPage extends Ratings {
  items: ReviewCard[]
  next_cursor: string | null
}

/** A product as lists show it: `price_amount` is what one piece of the cheapest variant costs now. */
export interface ProductCard {
  id: string
  name: string
  slug: string
  status: 'draft' | 'active' | 'archived'
  currency: string
  mrp_amount: number
  list_amount: number
  price_amount: number
  variant_id: string | null
  is_in_stock: boolean
  /** Of its visible reviews, with two decimals; null without one. */
  rating_average: number | null
  rating_count: number
  image: Image | null
  category: CategoryReference
  store: StoreReference
}

/** A variant on the page of its product. */
export interface ProductVariant {
  id: string
  sku: string | null
  title: string | null
  option_values: string[]
  mrp_amount: number
  list_amount: number
  price_amount: number
  discount_ids: string[]
  is_active: boolean
  is_in_stock: boolean
  /** Pieces left, told up to 10; null means more than that. */
  available: number | null
  /** Members of the store see these three. */
  on_hand?: number
  reserved?: number
  low_stock_threshold?: number
}

/** A product as its own page shows it. */
export interface Product extends ProductCard, Ratings {
  description: string
  published_at: string | null
  images: (Image & { id: string })[]
  options: { name: string; values: string[] }[]
  variants: ProductVariant[]
  discounts: {
    id: string
    name: string
    kind: 'percentage' | 'amount'
    percent_bps: number | null
    amount: number | null
    ends_at: string | null
  }[]
}

/** A store as the public sees it. */
export interface Store extends Ratings {
  id: string
  name: string
  link: string
  url: string
  description: string
  status: 'pending' | 'active' | 'suspended' | 'closed'
  is_open: boolean
  logo_path: string | null
  phone: string | null
  email: string | null
  address: {
    line1: string
    line2: string | null
    city: string
    region: string | null
    postal_code: string | null
    country_code: string
  }
  time_zone: string
  currency: string
  is_tax_inclusive: boolean
}

/** One page of a search. `total` and `facets` come with the first page only. */
export interface SearchPage {
  items: ProductCard[]
  next_cursor: string | null
  total: { count: number; is_exact: boolean } | null
  corrected_query: string | null
  facets: {
    categories: (CategoryReference & { count: number })[]
    stores: (StoreReference & { count: number })[]
    prices: { currency: string; min_amount: number; max_amount: number; count: number }[]
    /** How many have at least so many stars. */
    ratings: Record<'1' | '2' | '3' | '4', number>
    in_stock: number
    on_discount: number
  } | null
}

/** A product of a list that `import_products` takes. */
export type ImportRow = Record<string, string | number | null>

/** What became of a list of products. */
export interface ImportReport {
  imported: number
  failed: number
  products: { row: number; product_id: string; name: string }[]
  errors: { row: number; code: ErrorCode; message: string }[]
  ignored_columns: string[]
}

/** Sales of a period, per currency and day of the store's time zone. */
export interface SalesSummary {
  from: string
  to: string
  time_zone: string
  currencies: {
    currency: string
    orders: number
    items: number
    subtotal_amount: number
    discount_amount: number
    shipping_amount: number
    tax_amount: number
    total_amount: number
    refunded_amount: number
    bookings: number
    /** What was paid for appointments here: deposits, or all of it. */
    bookings_amount: number
    bookings_refunded_amount: number
    days: {
      date: string
      orders: number
      items: number
      total_amount: number
      refunded_amount: number
      bookings: number
      bookings_amount: number
    }[]
  }[]
}

/** An invitation, with the token of its link, which is told once. */
export interface Invitation {
  id: string
  store_id: string
  role: 'manager' | 'staff'
  email: string | null
  phone: string | null
  expires_at: string
  token: string
}

/** A kind of event that a program can be told of. */
export type WebhookEventType =
  | 'order.created'
  | 'order.updated'
  | 'refund.created'
  | 'refund.updated'
  | 'stock.updated'
  | 'booking.created'
  | 'booking.updated'
  | 'payout.created'
  | 'payout.updated'
  | 'review.created'
  | 'review.updated'
  | 'message.created'

/** A variant as `save_product` takes it; what is left out stays. */
export interface ProductVariantInput {
  id?: string | null
  option_values?: string[] | null
  sku?: string | null
  mrp_amount?: number | null
  price_amount?: number | null
  quantity?: number | null
  low_stock_threshold?: number | null
  is_active?: boolean | null
}

/** A file of a message, in the bucket `message-attachments`. */
export interface MessageAttachment {
  path: string
  mime_type: string
  /** In bytes. */
  size: number
}

/** A conversation, as one of its sides sees it. */
export interface Conversation {
  id: string
  /** On which side the caller is. */
  side: 'customer' | 'store'
  store: StoreReference & { logo_path: string | null }
  /** `id` is null once the account is gone. */
  customer: { id: string | null; name: string | null; avatar_path: string | null }
  subject_type: 'none' | 'product' | 'order' | 'booking'
  subject_id: string | null
  last_seq: number
  last_message_at: string | null
  /** Null while nothing was said; `body` has 200 characters at most. */
  last_message: {
    seq: number
    side: 'customer' | 'store'
    body: string
    attachment_count: number
    deleted_at: string | null
  } | null
  /** What the other side wrote and the caller has not read. */
  unread_count: number
  is_archived: boolean
  is_blocked: boolean
  is_blocked_by_me: boolean
  /** Who answers, for the store; always null for the customer. */
  assignee_id: string | null
  /** Up to which number the caller has read. */
  read_seq: number
  /** Up to which number the other side has read. */
  other_read_seq: number
}

/** Where a booking stands. */
export type BookingStatus =
  | 'held'
  | 'requested'
  | 'confirmed'
  | 'completed'
  | 'no_show'
  | 'cancelled'
  | 'declined'
  | 'expired'

/** A service, as lists show it; amounts are for one seat. */
export interface ServiceCard {
  id: string
  name: string
  description: string
  currency: string
  price_amount: number
  deposit_amount: number
  duration_minutes: number
  capacity: number
  party_max: number
  needs_approval: boolean
  /** Paths in the bucket `store-media`. */
  image_paths: string[]
  /** Of its visible reviews, with two decimals; null without one. */
  rating_average: number | null
  rating_count: number
  category: CategoryReference | null
  store: StoreReference
}

/** An appointment, as the link in a letter opens it. */
export interface LinkedBooking {
  booking_id: string
  store_id: string
  service_id: string
  staff_id: string
  status: BookingStatus
  reference: string
  starts_at: string
  ends_at: string
  party_size: number
  store: StoreReference
  /** The store's, to show times in. */
  time_zone: string
  service_name: string
  staff_name: string
  currency: string
  price_amount: number
  paid_amount: number
  /** What cancelling now gives back; of one that has ended, what it gave. */
  refund_amount: number
  fee_amount: number
  cancel_free_until: string
  decide_by: string | null
  note: string | null
  can_change: boolean
  /** Opens its .ics, and nothing else. */
  calendar_token: string
}

/** An appointment, as the function `calendar` writes it. */
export interface CalendarEntry {
  status: BookingStatus
  booking: {
    id: string
    reference: string
    service: string
    staff: string
    party_size: number
    starts_at: string
    ends_at: string
    sequence: number
    stamped_at: string
    note: string | null
  }
  store: { name: string; link: string; contact_email: string | null }
  address: {
    line1: string
    line2: string | null
    city: string
    region: string | null
    postal_code: string | null
    country: string
  }
  customer: { name: string | null; phone: string | null; email: string | null }
}

/** A page of the feed; `unread_count` is exact up to 99, and 100 says "100 or more". */
export interface NotificationFeed {
  unread_count: number
  /** Newest first; `data` has ids to follow. */
  items: {
    id: string
    kind: string
    title: string
    body: string | null
    data: Record<string, unknown>
    read_at: string | null
    created_at: string
  }[]
  next_cursor: string | null
}

/** What the link at the foot of a letter ends. */
export interface UnsubscribeLink {
  kind: string
  description: string
  is_enabled: boolean
}

/** What verbs answer, where it is JSON. */
export interface Answers {
  add_to_cart: Cart
  apply_coupon: Cart
  archive_conversation: Conversation
  get_conversation: Conversation
  assign_conversation: Conversation
  apply_payment_event: {
    outcome: 'applied' | 'duplicate' | 'ignored' | 'mismatch'
    refund_ids?: string[]
  }
  available_days: AvailableDay[]
  available_slots: AvailableSlot[]
  get_image_copies: ImageCopy[]
  attach_payment_intent: { payment_id: string; provider_intent_id: string }
  attach_payout_account: { store_id: string; provider_account_id: string }
  attach_refund: { refund_id: string; status: string }
  booking_by_token: LinkedBooking
  calendar_booking: CalendarEntry
  calendar_feed: { name: string; entries: CalendarEntry[] }
  cancel_by_token: LinkedBooking
  checkout: PlacedCheckout
  claim_cart: Cart
  clear_cart: Cart
  compare_provider_balance: {
    currency: string
    provider_amount: number
    ledger_amount: number
    open_amount: number
    unknown_fees: number
    difference: number
  }
  correct_ledger: StoreBalance
  create_calendar_feed: { staff_id: string; token: string; path: string }
  get_cart: Cart
  get_product: Product & { related: ProductCard[] }
  get_store_by_link: Store & { requested_link: string; is_current: boolean; services: ServiceCard[] }
  get_store_catalog: {
    store: Store
    services: ServiceCard[]
    categories: (CategoryReference & { product_count: number; products: ProductCard[] })[]
    next_cursor: string | null
  }
  get_unsubscribe_link: UnsubscribeLink
  import_products: ImportReport
  invite_member: Invitation
  list_reviews: ReviewPage
  list_conversations: { unread_count: number; conversations: Conversation[]; next_cursor: string | null }
  /** All null once there is none. */
  set_away_message: { store_id: string | null; body: string | null; since: string | null }
  mark_read: { conversation_id: string; read_seq: number; unread_count: number }
  list_notifications: NotificationFeed
  mark_notifications_read: { marked: number; unread_count: number }
  merge_cart: Cart
  prepare_payment: {
    payment_id: string
    checkout_id: string
    attempt: number
    amount: number
    currency: string
    status: string
    provider_intent_id: string | null
    receipt_email: string | null
    description: string
  }
  prepare_payout_account: {
    store_id: string
    store_name: string
    country: string
    default_currency: string
    email: string | null
    provider_account_id: string | null
    is_ready: boolean
  }
  prepare_payout_for_job: {
    payout_id: string
    status: string
    attempt: number
    amount: number
    currency: string
    account_id: string
    called_at: string | null
    provider_payout_id: string | null
  }
  prepare_refund: RefundFacts
  prepare_refund_for_job: RefundFacts
  prepare_reversal_for_job: {
    reversal_id: string
    status: string
    attempt: number
    amount: number
    currency: string
    provider_transfer_id: string
    called_at: string | null
    provider_reversal_id: string | null
    cause: 'refund' | 'dispute'
    cause_id: string
  }
  prepare_transfer_for_job: {
    transfer_id: string
    status: string
    attempt: number
    amount: number
    currency: string
    account_id: string
    source_charge_id: string | null
    transfer_group: string | null
    store_id: string
    order_id: string | null
    called_at: string | null
    provider_transfer_id: string | null
  }
  quote_cancellation: CancellationQuote
  quote_cart: Cart
  record_dispute_answer: { dispute_id: string; status: string }
  record_payment_fee: { payment_id: string; fee_amount: number }
  record_payout: { payout_id: string; status: string }
  record_payout_failure: { payout_id: string; status: string }
  record_reversal: { reversal_id: string; status: string }
  record_reversal_failure: { reversal_id: string; status: string }
  record_transfer: { transfer_id: string; status: string }
  record_transfer_failure: { transfer_id: string; status: string; attempt: number }
  register_sms: { outcome: 'send' | 'sent' | 'in_flight' }
  remove_coupon: Cart
  remove_from_cart: Cart
  reschedule_by_token: LinkedBooking
  sales_summary: SalesSummary
  save_product: Product
  search_products: SearchPage
  search_services: { services: (ServiceCard & { next_free_at: string | null })[]; next_cursor: string | null }
  service_health: {
    outbox: { pending: number; dead: number; oldest_due_seconds: number }
    jobs: { name: string; last_run_at: string | null; is_late: boolean }[]
    payments: { unsettled_seconds: number }
  }
  set_cart_quantity: Cart
  create_webhook_endpoint: {
    id: string
    store_id: string | null
    url: string
    events: WebhookEventType[]
    secret: string
  }
  roll_webhook_secret: { id: string; secret: string; old_secret_expires_at: string }
  start_conversation: Conversation
  store_balance: StoreBalance
  store_statement: StatementEntry[]
  unsubscribe: UnsubscribeLink
}

/** A movement of what a store is owed; `+` is owed to it. */
export interface StatementEntry {
  number: number
  at: string
  kind: string
  order_id: string | null
  order_reference: string | null
  cause_id: string
  note: string | null
  currency_code: string
  amount: number
  balance: number
}

/** What a store is owed, by currency: balance = payable + pending + on_hold + transferring - debt. */
export interface StoreBalance {
  store_id: string
  /** Days after delivery until a sale is sent. */
  hold_days: number
  currencies: {
    currency: string
    balance_amount: number
    /** Sent next. */
    payable_amount: number
    /** Not delivered, or within the hold days. */
    pending_amount: number
    /** At stake in open disputes. */
    on_hold_amount: number
    /** Being sent. */
    transferring_amount: number
    /** Netted from what comes next. */
    debt_amount: number
    /** At the payment provider. */
    transferred_amount: number
    /** What `request_payout` takes. */
    available_amount: number
  }[]
}

/** A copy of a picture for web pages. */
export interface ImageCopy {
  /** What was uploaded. */
  original: string
  /** The copy, as WebP. */
  path: string
  /** In pixels. */
  width: number
  /** In pixels. */
  height: number
  /** The same as AVIF, where that is smaller. */
  avif_path: string | null
  /** To show until the picture is there, see https://blurha.sh. */
  blurhash: string | null
  /** The dominant colour, `#rrggbb`. */
  color: string | null
}

/** A start that can be booked now. */
export interface AvailableSlot {
  starts_at: string
  ends_at: string
  staff_id: string
  staff_name: string
  /** Seats that are left. */
  remaining: number
  /** The day in the store's time zone. */
  local_date: string
}

/** A day with something to book. */
export interface AvailableDay {
  local_date: string
  /** How many starts. */
  slots: number
}

/** What cancelling a booking now would give back. */
export interface CancellationQuote {
  currency: string
  paid_amount: number
  refund_amount: number
  fee_amount: number
  cancel_free_until: string
}

/** Clock times in the store's time zone: `09:00`, `24:00`; at or before `opens`, `closes` is on the next day. */
export interface Opening {
  opens: string
  closes: string
}

/** What the provider must be told about a refund. */
export interface RefundFacts {
  refund_id: string
  amount: number
  currency: string
  status: string
  provider_intent_id: string
  provider_refund_id: string | null
}

/** What verbs take, where SQL says less than is so. */
export interface Arguments {
  adjust_stock: { reason: 'received' | 'correction' | 'damaged' | 'lost' }
  advance_order: { status: 'processing' | 'shipped' | 'delivered' }
  change_member_role: { role: 'manager' | 'staff' }
  checkout: {
    payment_method: PaymentMethod
    shipping_address: ShippingAddressInput
    shipping_methods: ChosenShippingMethods
  }
  import_products: { rows: ImportRow[] }
  invite_member: { role: 'manager' | 'staff' }
  list_reviews: { subject_type: ReviewSubject; sort: 'newest' | 'helpful' | 'highest' | 'lowest' }
  moderate_message: { action: 'remove' | 'dismiss' }
  report_message: { reason: 'spam' | 'abuse' | 'fraud' | 'illegal' | 'other' }
  merge_cart: { items: { variant_id: string; quantity: number }[] }
  moderate_review: { action: 'hide' | 'restore' | 'keep' }
  quote_cart: { shipping_methods: ChosenShippingMethods }
  report_review: {
    reason: 'spam' | 'offensive' | 'false' | 'off_topic' | 'personal_data' | 'illegal' | 'other'
  }
  request_refund: { lines: { order_line_id: string; quantity: number }[] }
  save_product: {
    status: 'draft' | 'active' | 'archived'
    options: { name: string; values: string[] }[]
    variants: ProductVariantInput[]
    images: { path: string; alt?: string | null }[]
  }
  save_service: { status: 'draft' | 'active' | 'archived' }
  search_products: {
    sort: 'relevance' | 'price_asc' | 'price_desc' | 'newest' | 'rating' | 'popularity'
  }
  set_opening_exception: { hours: Opening[] }
  set_opening_hours: { hours: (Opening & { weekday: number })[] }
  set_notification_preference: { medium: 'in_app' | 'email' | 'text' | 'push' }
  set_product_status: { status: 'draft' | 'active' | 'archived' }
  submit_review: { subject_type: ReviewSubject; rating: 1 | 2 | 3 | 4 | 5 }
  update_review: { rating: 1 | 2 | 3 | 4 | 5 }
  vote_review: { value: -1 | 0 | 1 }
  set_store_status: { status: 'pending' | 'active' | 'suspended' | 'closed' }
  start_conversation: { subject_type: 'none' | 'product' | 'order' | 'booking' }
  create_webhook_endpoint: { events: WebhookEventType[] }
  update_webhook_endpoint: { events: WebhookEventType[] }
}

/** Columns of JSON, where they have a shape of their own. */
export interface Columns {
  message_reports: { attachments: MessageAttachment[] }
  messages: { attachments: MessageAttachment[] }
  orders: { shipping_address: ShippingAddress | null }
}
