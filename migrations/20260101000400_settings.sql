-- What the operator of a marketplace decides once. One row, changed in Studio or by a migration.
create table private.settings (
  id boolean primary key default true,
  stores_require_approval boolean not null default false,
  reservation_minutes integer not null default 15,
  guest_cart_days integer not null default 30,
  user_cart_days integer not null default 90,
  max_cart_lines integer not null default 100,
  max_line_quantity integer not null default 999,
  sms_per_phone_and_day integer not null default 10,
  order_texts_per_phone_and_day integer not null default 20,
  storefront_url text not null default 'http://127.0.0.1:3000',
  constraint settings_id_check check (id),
  constraint settings_reservation_minutes_check check (reservation_minutes between 1 and 1440),
  constraint settings_guest_cart_days_check check (guest_cart_days between 1 and 365),
  constraint settings_user_cart_days_check check (user_cart_days between 1 and 365),
  constraint settings_max_cart_lines_check check (max_cart_lines between 1 and 500),
  constraint settings_max_line_quantity_check check (max_line_quantity between 1 and 100000),
  constraint settings_sms_per_phone_and_day_check check (sms_per_phone_and_day between 1 and 1000),
  constraint settings_order_texts_per_phone_and_day_check check (order_texts_per_phone_and_day between 0 and 1000)
);
alter table private.settings enable row level security;
comment on table private.settings is 'The operator''s choices; always exactly one row. Not reachable by clients.';
comment on column private.settings.stores_require_approval is
  'True: a new store waits as `pending` until a platform admin makes it active.';
comment on column private.settings.reservation_minutes is
  'How long a card checkout holds stock while it waits for its payment, in minutes.';
comment on column private.settings.guest_cart_days is
  'Days after which a visitor''s cart that nobody touched expires.';
comment on column private.settings.user_cart_days is
  'Days after which a signed-in customer''s cart that nobody touched expires.';
comment on column private.settings.sms_per_phone_and_day is
  'How many one-time codes are sent to one phone within 24 hours; bounds what an attacker can make the operator '
  'pay.';
comment on column private.settings.order_texts_per_phone_and_day is
  'How many messages about orders are texted to one phone within 24 hours, to people without an e-mail address; '
  '0: none.';
comment on column private.settings.storefront_url is
  'Where the frontend lives; store links and links in e-mails begin with it. No slash at the end.';

insert into private.settings default values;
