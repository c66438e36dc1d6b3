-- A vendor's shop and all the links it ever had. A link, once given, belongs to its store for ever: printed on a
-- bag or sent to a friend, it must lead to the same shop after every renaming. So rows of store_links are never
-- changed.
create table public.stores (
  id uuid primary key default private.uuid_v7(),
  owner_id uuid not null references auth.users (id) on delete restrict,
  name text not null,
  slug text not null,
  description text not null default '',
  status text not null default 'pending',
  is_open boolean not null default true,
  logo_path text,
  phone text,
  email text,
  line1 text not null,
  line2 text,
  city text not null,
  region text,
  postal_code text,
  country_code text not null references public.countries (code) on delete restrict,
  time_zone text not null default 'UTC',
  currency text not null references public.currencies (code) on delete restrict,
  is_tax_inclusive boolean not null default true,
  tax_rate_bps integer not null default 0,
  order_prefix text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint stores_name_check check (private.is_line(name, 80)),
  constraint stores_description_check check (private.is_prose(description, 4000)),
  constraint stores_status_check check (status in ('pending', 'active', 'suspended', 'closed')),
  constraint stores_logo_lies_in_own_folder
    check (starts_with(logo_path, id::text || '/') and logo_path !~ '(^|/)\.\.?(/|$)' and length(logo_path) <= 300),
  constraint stores_phone_check check (private.is_phone(phone)),
  constraint stores_email_check check (private.is_email(email)),
  constraint stores_line1_check check (private.is_line(line1, 120)),
  constraint stores_line2_check check (private.is_line(line2, 120)),
  constraint stores_city_check check (private.is_line(city, 80)),
  constraint stores_region_check check (private.is_line(region, 80)),
  constraint stores_country_code_check check (length(country_code) = 2),
  constraint stores_postal_code_check check (postal_code ~ '^[A-Za-z0-9][A-Za-z0-9 -]{1,10}$'),
  constraint stores_tax_rate_bps_check check (tax_rate_bps between 0 and 5000),
  constraint stores_order_prefix_check check (order_prefix ~ '^[A-Z0-9]{0,8}$'),
  -- What is sold in a store is priced in its currency; products refer to this pair.
  constraint stores_id_currency_key unique (id, currency)
);
create index stores_owner_id_idx on public.stores (owner_id);
create index stores_country_code_idx on public.stores (country_code);
create index stores_currency_idx on public.stores (currency);
create index stores_status_idx on public.stores (status, created_at);
alter table public.stores enable row level security;
grant select on public.stores to anon, authenticated, service_role;
grant update (
  name, description, is_open, logo_path, phone, email, line1, line2, city, region, postal_code, country_code, time_zone,
  is_tax_inclusive, tax_rate_bps, order_prefix
) on public.stores to authenticated;
-- Insert and delete are not granted: create_store makes a store with its link and owner in one step, and past
-- orders keep it for ever. `slug`, `owner_id`, `status` and `currency` are moved by functions only.
comment on table public.stores is
  'A vendor''s shop. Everyone sees active ones, members also their own in any state. Made by create_store.';
comment on column public.stores.slug is 'The current link; all links the store ever had are in store_links.';
comment on column public.stores.status is
  'pending: waits for approval. active: visible. suspended: hidden by the platform. closed: given up.';
comment on column public.stores.is_open is
  'Whether the store takes orders now. One that does not is still shown.';
comment on column public.stores.logo_path is
  'Path in the bucket `store-media`, below the folder named by the store''s id.';
comment on column public.stores.time_zone is
  'IANA name, such as Asia/Kolkata. Opening hours and reports are read in it.';
comment on column public.stores.is_tax_inclusive is 'True: prices contain the tax. False: it is added at checkout.';
comment on column public.stores.tax_rate_bps is 'Tax in hundredths of a percent: 1800 is 18 %.';
comment on column public.stores.order_prefix is 'Stands in front of the number of each order of this store.';

create table public.store_links (
  slug text primary key,
  -- Deferrable, because a new store takes its link first: of two that want the same one, one waits for the other.
  store_id uuid not null references public.stores (id) on delete cascade deferrable initially deferred,
  created_at timestamptz not null default now(),
  constraint store_links_slug_check check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) between 3 and 60),
  constraint store_links_store_id_slug_key unique (store_id, slug)
);
alter table public.store_links enable row level security;
grant select on public.store_links to anon, authenticated, service_role;
comment on table public.store_links is
  'Every link a store ever had. Written by create_store and rename_store_link only, never changed.';

-- Deferrable, because a store and its first link need each other.
alter table public.stores
  add constraint stores_id_slug_fkey foreign key (id, slug)
  references public.store_links (store_id, slug) on delete restrict deferrable initially deferred;
create index stores_id_slug_idx on public.stores (id, slug);

-- Words that a frontend or an operator needs for addresses of its own, or with which a shop could pose as the
-- marketplace.
create table private.reserved_links (
  slug text primary key
);
alter table private.reserved_links enable row level security;
comment on table private.reserved_links is 'Links no store may take. Extended in Studio or by a migration.';
insert into private.reserved_links (slug)
select unnest(string_to_array(
  'about account accounts admin administrator api app appointments apps assets auth billing blog booking bookings ' ||
  'brand brands cart carts categories category chat checkout checkouts contact cookies dashboard decisions desk ' ||
  'dev docs download faq feed files follow forum ftp graphql health help home images imprint inbox index info ' ||
  'invitations invite jobs legal login logout mail market marketbase marketplace media messages metrics moderator ' ||
  'news notifications null official order orders pages password pay payment payments platform press pricing ' ||
  'privacy product products profile public realtime refund register reset rest review reviews ' ||
  'root sale sales search security sell seller sellers service services settings shop shops signin signout signup ' ||
  'sitemap staff static status storage store stores support system team terms test undefined unsubscribe upload ' ||
  'uploads user users vendor vendors verify webhook webhooks wishlist www', ' '));
