-- Finding an appointment. Services are few beside products: a word index and one pass over what is left are enough.
-- What is named so comes before what only mentions it; pages go on from rank and id, so none shows a service twice.
-- When somebody is next free is asked only for the services of the page, by the rule that books.
create or replace function private.next_free(service public.services, from_time timestamptz, to_time timestamptz)
  returns timestamptz
language plpgsql stable
security definer -- reads what of the calendar is busy, which visitors may not
set search_path = ''
as $$
declare
  v_staff_ids constant uuid[] := private.service_staff_ids(service.id, null);
  v_from timestamptz := next_free.from_time;
  v_to timestamptz;
  v_next timestamptz;
begin
  -- Most are free soon: a look at two days costs less than one at two weeks.
  while v_next is null and v_from < next_free.to_time loop
    v_to := least(
      v_from + case when v_from = next_free.from_time then interval '2 days' else interval '12 days' end,
      next_free.to_time
    );
    select min(slot.starts_at) into v_next
    from private.open_slots(next_free.service, v_staff_ids, v_from, v_to, 1) as slot;
    v_from := v_to;
  end loop;
  return v_next;
end;
$$;
comment on function private.next_free(public.services, timestamptz, timestamptz) is
  'The first start of a service that could be booked within [from_time, to_time); null: there is none.';

create or replace function private.search_services(
  query text, category_id uuid, store_id uuid, min_price bigint, max_price bigint, free_from timestamptz,
  free_until timestamptz,
  page_size integer, cursor text
) returns jsonb
language plpgsql stable
security definer -- reads past RLS; shows active services of active stores
set search_path = ''
as $$
#variable_conflict use_column
declare
  v_query constant tsquery := websearch_to_tsquery('public.marketplace'::regconfig, left(search_services.query, 200));
  v_page_size constant integer := least(greatest(coalesce(search_services.page_size, 20), 1), 50);
  v_after constant text[] := regexp_match(
    search_services.cursor, '^([0-9]{1,9})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$'
  );
  v_has_words constant boolean := coalesce(btrim(search_services.query), '') <> '';
  v_from constant timestamptz := greatest(coalesce(search_services.free_from, private.clock()), private.clock());
  v_until timestamptz;
  v_found record;
  v_next timestamptz;
  v_ids uuid[] := '{}';
  v_nexts timestamptz[] := '{}';
  v_last text;
  v_looked integer := 0;
begin
  if search_services.cursor is not null and v_after is null then
    raise sqlstate 'PT400' using
      message = 'That is no cursor of this list.', detail = 'invalid_cursor';
  end if;
  if v_from > '2200-01-01' or search_services.free_until not between '2000-01-01' and '2200-04-01'
    or search_services.free_until > v_from + interval '62 days' then
    raise sqlstate 'PT422' using
      message = 'Ask for a time from one instant to a later one, at most 62 days.', detail = 'invalid_range';
  end if;
  v_until := coalesce(search_services.free_until, v_from + interval '14 days');

  for v_found in
    select services as service, ranked.rank
    from public.services
    join public.stores on stores.id = services.store_id and stores.status = 'active' and stores.is_open
    cross join lateral (
      select case when v_has_words then (1000000 * ts_rank(
        setweight(to_tsvector('public.marketplace'::regconfig, services.name), 'A')
          || setweight(to_tsvector('public.marketplace'::regconfig, services.description), 'D'),
        v_query
      ))::integer else 0 end as rank
    ) as ranked
    where services.status = 'active'
      and (
        not v_has_words
        or to_tsvector('public.marketplace'::regconfig, services.name || ' ' || services.description) @@ v_query
      )
      and (search_services.category_id is null or services.category_id = search_services.category_id)
      and (search_services.store_id is null or services.store_id = search_services.store_id)
      and services.price_amount >= coalesce(search_services.min_price, 0)
      and services.price_amount <= coalesce(search_services.max_price, 99999999)
      and (v_after is null or (-ranked.rank, services.id) > (-v_after[1]::integer, v_after[2]::uuid))
    order by ranked.rank desc, services.id
    -- A page of what is free somewhere may have to look at more than it shows; not at everything.
    limit 3 * v_page_size
  loop
    exit when cardinality(v_ids) = v_page_size;
    v_looked := v_looked + 1;
    v_last := v_found.rank || '_' || (v_found.service).id;
    v_next := private.next_free(v_found.service, v_from, v_until);
    if v_next is not null or (search_services.free_from is null and search_services.free_until is null) then
      v_ids := v_ids || (v_found.service).id;
      v_nexts := v_nexts || v_next;
    end if;
  end loop;

  return jsonb_build_object(
    'services', (
      select coalesce(
        jsonb_agg(cards.card || jsonb_build_object('next_free_at', found.next_free_at) order by found.place), '[]'
      )
      from unnest(v_ids, v_nexts) with ordinality as found (id, next_free_at, place)
      join private.service_cards(v_ids) as cards on cards.service_id = found.id
    ),
    'next_cursor', case when cardinality(v_ids) = v_page_size or v_looked = 3 * v_page_size then v_last end
  );
end;
$$;
comment on function private.search_services(
  text, uuid, uuid, bigint, bigint, timestamptz, timestamptz, integer, text
) is
  'See public.search_services.';
grant execute on function private.search_services(
  text, uuid, uuid, bigint, bigint, timestamptz, timestamptz, integer, text
)
  to anon, authenticated, service_role;

create or replace function public.search_services(
  query text default null,
  category_id uuid default null,
  store_id uuid default null,
  min_price bigint default null,
  max_price bigint default null,
  free_from timestamptz default null,
  free_until timestamptz default null,
  page_size integer default 20,
  cursor text default null
) returns jsonb
language sql stable security invoker
set search_path = ''
as $$
  select private.search_services(
    search_services.query, search_services.category_id, search_services.store_id, search_services.min_price,
    search_services.max_price, search_services.free_from, search_services.free_until, search_services.page_size,
    search_services.cursor
  );
$$;
comment on function public.search_services(
  text, uuid, uuid, bigint, bigint, timestamptz, timestamptz, integer, text
) is
  'Appointments on offer, by words, category, store, price (minor units, one seat) and when somebody is free; each '
  'with next_free_at, within two weeks unless free_until says otherwise (62 days at most). With free_from or '
  'free_until only those that are free then. What fits the words best first, without words the oldest; in pages by '
  'next_cursor; a page may be short. Errors: '
  'invalid_cursor, invalid_range.';
grant execute on function public.search_services(
  text, uuid, uuid, bigint, bigint, timestamptz, timestamptz, integer, text
)
  to anon, authenticated, service_role;
