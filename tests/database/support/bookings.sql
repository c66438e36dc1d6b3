-- Shops that can be booked, and a clock that can be set.
insert into auth.users (id, phone, phone_confirmed_at, email, email_confirmed_at)
select
  ('c0000000-0000-4000-8000-00000000000' || position)::uuid, '93000000000' || position, now(),
  name || '@bookings.example', now()
from unnest(array['cara', 'carl', 'olaf', 'stella', 'rival', 'admin']) with ordinality as person (name, position);
insert into private.platform_admins (user_id) values ('c0000000-0000-4000-8000-000000000006');
insert into actors values
  ('visitor', 'anon', null),
  ('service', 'service_role', null),
  ('customer', 'authenticated', 'c0000000-0000-4000-8000-000000000001'),
  ('other customer', 'authenticated', 'c0000000-0000-4000-8000-000000000002'),
  ('owner', 'authenticated', 'c0000000-0000-4000-8000-000000000003'),
  ('staff', 'authenticated', 'c0000000-0000-4000-8000-000000000004'),
  ('rival', 'authenticated', 'c0000000-0000-4000-8000-000000000005'),
  ('admin', 'authenticated', 'c0000000-0000-4000-8000-000000000006');
insert into ids values ('staff user', 'c0000000-0000-4000-8000-000000000004');

create or replace function private.clock() returns timestamptz
language sql
stable
set search_path = ''
as $$ select current_setting('test.now')::timestamptz $$;
create function pg_temp.clock(instant text) returns void
language sql
as $$ select set_config('test.now', instant, true) $$;

-- The whole week from opens to closes, or the weekdays given.
create function pg_temp.week(opens text, closes text, weekdays integer[] default array[1, 2, 3, 4, 5, 6, 7])
returns jsonb
language sql
as $$
  select jsonb_agg(jsonb_build_object('weekday', weekday, 'opens', opens, 'closes', closes))
  from unnest(weekdays) as weekday
$$;
-- A shop of Olaf's with one staff member and one service; their ids are {<name>}, {<name> staff} and {<name> service}.
create function pg_temp.shop(name text, zone text, hours jsonb, settings text) returns void
language plpgsql
as $$
declare
  v_store_id uuid := gen_random_uuid();
  v_slug text := 'shop-' || v_store_id;
begin
  set constraints all deferred;
  insert into public.stores (
    id, owner_id, name, slug, status, line1, city, country_code, currency, tax_rate_bps, time_zone
  ) values (
    v_store_id, 'c0000000-0000-4000-8000-000000000003', initcap(shop.name), v_slug, 'active', 'A 1', 'B', 'AE',
    'USD', 0, shop.zone
  );
  insert into public.store_links (slug, store_id) values (v_slug, v_store_id);
  insert into public.store_members (store_id, user_id, role) values
    (v_store_id, 'c0000000-0000-4000-8000-000000000003', 'owner'),
    (v_store_id, 'c0000000-0000-4000-8000-000000000004', 'staff');
  set constraints all immediate;
  perform pg_temp.name_value(shop.name, v_store_id::text);
  perform pg_temp.ask(
    shop.name || ' hours', 'owner',
    format('(select count(*) from public.set_opening_hours(%L, %L))', v_store_id, shop.hours)
  );
  perform pg_temp.staff(shop.name, 'staff');
  perform pg_temp.service(shop.name, 'service', settings);
end;
$$;
create function pg_temp.staff(shop text, name text) returns void
language sql
as $$
  select pg_temp.name_value(shop || ' ' || name, pg_temp.ask(
    shop || name, 'owner', format('public.save_staff({%s}, name => %L)', shop, name)
  ) ->> 'id')
$$;
create function pg_temp.service(shop text, name text, settings text) returns void
language sql
as $$
  select pg_temp.name_value(shop || ' ' || name, pg_temp.ask(
    shop || name, 'owner',
    format('public.save_service({%s}, name => %L, max_advance_days => 730, %s)', shop, name, settings)
  ) ->> 'id')
$$;
-- What a visitor is offered: the starts, by default in UTC as "day hour:minute".
create function pg_temp.slots(
  service text, from_time text, to_time text, form text default 'DD HH24:MI', zone text default 'UTC',
  more text default ''
) returns text
language plpgsql
as $$
declare
  v_statement constant text := pg_temp.fill_in(format(
    'select string_agg(to_char(starts_at at time zone %L, %L), '' '' order by starts_at, staff_name)
    from public.available_slots({%s}, %L, %L %s)',
    zone, form, service, from_time, to_time, more
  ));
  v_answer text;
begin
  perform set_config('role', 'anon', true);
  execute v_statement into v_answer;
  perform set_config('role', 'postgres', true);
  return v_answer;
end;
$$;
create function pg_temp.slot_count(service text, from_time text, to_time text, more text default '') returns integer
language sql
as $$
  select coalesce(
    cardinality(string_to_array(pg_temp.slots(service, from_time, to_time, 'DDHH24MI', 'UTC', more), ' ')), 0
  )
$$;
-- Books as an actor; the booking's id becomes {<booking>}. Answers its status, or the code of the refusal.
create function pg_temp.book(booking text, actor text, service text, starts_at text, more text default '')
returns text
language plpgsql
as $$
declare
  v_statement constant text := pg_temp.fill_in(format(
    'select * from public.book_slot({%s}, %L, %L %s)', service, starts_at, replace(booking, ' ', '-'), more
  ));
  v_actor actors;
  v_booking public.bookings;
  v_result text;
begin
  select * into strict v_actor from actors where actors.name = book.actor;
  perform
    set_config('request.jwt.claims', pg_temp.claims(v_actor)::text, true),
    set_config('role', v_actor.role, true);
  begin
    execute v_statement into v_booking;
    v_result := v_booking.status;
  exception when others then
    get stacked diagnostics v_result = pg_exception_detail;
    v_result := case
      when sqlstate like 'PT%' then substr(sqlstate, 3) || ' ' || v_result
      else sqlstate || ' ' || sqlerrm
    end;
  end;
  perform set_config('role', 'postgres', true), set_config('request.jwt.claims', '', true);
  if v_booking.id is not null then perform pg_temp.name_value(booking, v_booking.id::text); end if;
  return v_result;
end;
$$;
create function pg_temp.booking(name text) returns public.bookings
language sql
as $$
  select bookings from public.bookings join ids on ids.value = bookings.id::text where ids.name = booking.name
$$;
