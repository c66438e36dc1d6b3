-- A seller opens a store: the store, its link and its owner come in one step.
create or replace function private.create_store(
  name text,
  line1 text,
  city text,
  country_code text,
  postal_code text,
  line2 text,
  region text,
  phone text,
  email text,
  description text,
  time_zone text,
  currency text
) returns public.stores
language plpgsql volatile
security definer -- clients hold no insert grant on stores, links or members
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user();
  v_store_id uuid := private.uuid_v7();
  v_name text := private.tidy_line(create_store.name);
  v_currency text := upper(create_store.currency);
  v_slug text;
  v_status text;
  v_store public.stores;
begin
  if v_name is null or length(v_name) > 80 then
    raise sqlstate 'PT422' using
      message = 'A store needs a name of at most 80 characters.', detail = 'invalid_store_name';
  end if;
  if private.tidy_line(create_store.line1) is null or private.tidy_line(create_store.city) is null then
    raise sqlstate 'PT422' using
      message = 'A store needs an address: line1 and city at least.', detail = 'address_required';
  end if;
  if not exists (select from public.countries where countries.code = upper(create_store.country_code)) then
    raise sqlstate 'PT422' using
      message = 'That country does not exist.', detail = 'unknown_country',
      hint = 'Use ISO 3166-1 alpha-2, such as IN.';
  end if;
  select
    case when settings.stores_require_approval then 'pending' else 'active' end,
    coalesce(v_currency, settings.default_currency)
  into v_status, v_currency
  from private.settings;
  if not exists (select from public.currencies where currencies.code = v_currency) then
    raise sqlstate 'PT422' using
      message = 'Stores cannot sell in that currency.', detail = 'unknown_currency', hint = 'See the table currencies.';
  end if;

  -- Everyone who opens a store for this user queues here, so the limit is exact.
  perform from public.profiles where profiles.id = v_user_id for no key update;
  if (select count(*) from public.stores where stores.owner_id = v_user_id and stores.status <> 'closed') >= 50 then
    raise sqlstate 'PT422' using
      message = 'Fifty stores are enough for one seller.', detail = 'too_many_stores';
  end if;

  v_slug := private.take_store_link(v_store_id, v_name);
  insert into public.stores (
    id, owner_id, name, slug, description, status, phone, email,
    line1, line2, city, region, postal_code, country_code, time_zone, currency
  )
  values (
    v_store_id, v_user_id, v_name, v_slug, coalesce(private.tidy_prose(create_store.description), ''), v_status,
    create_store.phone, create_store.email,
    private.tidy_line(create_store.line1), private.tidy_line(create_store.line2),
    private.tidy_line(create_store.city), private.tidy_line(create_store.region),
    private.tidy_line(create_store.postal_code),
    upper(create_store.country_code), coalesce(create_store.time_zone, 'UTC'), v_currency
  )
  returning * into v_store;
  insert into public.store_members (store_id, user_id, role)
  values (v_store_id, v_user_id, 'owner');
  return v_store;
end;
$$;
comment on function private.create_store(text, text, text, text, text, text, text, text, text, text, text, text) is
  'See public.create_store.';
grant execute on function private.create_store(text, text, text, text, text, text, text, text, text, text, text, text)
  to anon, authenticated;

create or replace function public.create_store(
  name text,
  line1 text,
  city text,
  country_code text,
  postal_code text default null,
  line2 text default null,
  region text default null,
  phone text default null,
  email text default null,
  description text default '',
  time_zone text default 'UTC',
  currency text default null
) returns public.stores
language sql volatile security invoker
set search_path = ''
as $$
  select *
  from private.create_store(
    create_store.name, create_store.line1, create_store.city, create_store.country_code, create_store.postal_code,
    create_store.line2, create_store.region, create_store.phone, create_store.email, create_store.description,
    create_store.time_zone, create_store.currency
  );
$$;
comment on function public.create_store(text, text, text, text, text, text, text, text, text, text, text, text) is
  'Opens a store for the caller and gives it a unique link made from its name (column slug). '
  'Errors: not_signed_in, account_required, session_revoked, invalid_store_name, address_required, invalid_phone, '
  'invalid_email, unknown_country, unknown_currency, postal_code_required, invalid_time_zone, too_many_stores.';
grant execute on function public.create_store(text, text, text, text, text, text, text, text, text, text, text, text)
  to anon, authenticated;
