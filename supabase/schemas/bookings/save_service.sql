-- What a service is. The rules stand as constraints of the table; here they get their names for a client.
create or replace function private.save_service(
  store_id uuid, service_id uuid, name text, description text, category text, image_paths text[], status text,
  duration_minutes integer, buffer_before_minutes integer, buffer_after_minutes integer, slot_step_minutes integer,
  capacity integer, party_max integer, price_amount bigint, deposit_amount bigint, hold_minutes integer,
  min_notice_minutes integer, max_advance_days integer, bookable_until date, max_per_day integer,
  cancel_minutes integer,
  cancel_fee_bps integer, needs_approval boolean, staff_ids uuid[]
) returns public.services
language plpgsql volatile
security definer -- clients hold no write grant on services
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_store_role(save_service.store_id, array['owner', 'manager']);
  v_name constant text := private.tidy_line(save_service.name);
  v_description constant text := private.tidy_prose(save_service.description);
  v_service public.services;
  v_category_id uuid;
  v_constraint text;
begin
  if (save_service.service_id is null or save_service.name is not null) and v_name is null then
    raise sqlstate 'PT422' using
      message = 'A service needs a name of at most 120 characters.', detail = 'invalid_service_name';
  end if;
  if save_service.service_id is null and save_service.duration_minutes is null then
    raise sqlstate 'PT422' using
      message = 'How long does it take? Send duration_minutes, 1 to 1440.', detail = 'invalid_duration';
  end if;
  if cardinality(save_service.image_paths) > 10 or exists (
    select from unnest(save_service.image_paths) as image (path)
    where path is null or not starts_with(path, save_service.store_id::text || '/')
      or path ~ '(^|/)\.\.?(/|$)' or length(path) > 300
  ) then
    raise sqlstate 'PT422' using
      message = 'Images are at most ten paths below the store''s own folder.', detail = 'invalid_image',
      hint = 'Upload to the bucket store-media, path <store_id>/…, and give that path.';
  end if;
  if cardinality(save_service.staff_ids) > 100 then
    raise sqlstate 'PT422' using
      message = 'At most 100 people, rooms or chairs give one service.', detail = 'invalid_capacity';
  end if;
  if exists (
    select from unnest(save_service.staff_ids) as given (id)
    where not exists (
      select from public.staff where staff.id = given.id and staff.store_id = save_service.store_id
    )
  ) then
    raise sqlstate 'PT404' using
      message = 'Somebody named is not of this store''s staff.', detail = 'staff_not_found';
  end if;
  if save_service.category is not null then
    v_category_id := private.ensure_category(save_service.category);
  end if;

  begin
    if save_service.service_id is null then
      insert into public.services (
        store_id, currency, name, description, category_id, image_paths, status, duration_minutes,
        buffer_before_minutes,
        buffer_after_minutes, slot_step_minutes, capacity, party_max, price_amount, deposit_amount, hold_minutes,
        min_notice_minutes, max_advance_days, bookable_until, max_per_day, cancel_minutes, cancel_fee_bps,
        needs_approval
      )
      select
        stores.id, stores.currency, v_name, coalesce(v_description, ''), v_category_id,
        coalesce(save_service.image_paths, '{}'), coalesce(save_service.status, 'active'),
        save_service.duration_minutes,
        coalesce(save_service.buffer_before_minutes, 0), coalesce(save_service.buffer_after_minutes, 0),
        nullif(save_service.slot_step_minutes, 0), coalesce(save_service.capacity, 1),
        coalesce(save_service.party_max, 1),
        coalesce(save_service.price_amount, 0), coalesce(save_service.deposit_amount, 0),
        coalesce(save_service.hold_minutes, 15), coalesce(save_service.min_notice_minutes, 0),
        coalesce(save_service.max_advance_days, 60), nullif(save_service.bookable_until, 'infinity'),
        nullif(save_service.max_per_day, 0), coalesce(save_service.cancel_minutes, 1440),
        coalesce(save_service.cancel_fee_bps, 10000), coalesce(save_service.needs_approval, false)
      from public.stores
      where stores.id = save_service.store_id
      returning * into strict v_service;
    else
      update public.services
      set name = coalesce(v_name, services.name),
        description = coalesce(v_description, services.description),
        category_id = coalesce(v_category_id, services.category_id),
        image_paths = coalesce(save_service.image_paths, services.image_paths),
        status = coalesce(save_service.status, services.status),
        duration_minutes = coalesce(save_service.duration_minutes, services.duration_minutes),
        buffer_before_minutes = coalesce(save_service.buffer_before_minutes, services.buffer_before_minutes),
        buffer_after_minutes = coalesce(save_service.buffer_after_minutes, services.buffer_after_minutes),
        slot_step_minutes = nullif(coalesce(save_service.slot_step_minutes, services.slot_step_minutes), 0),
        capacity = coalesce(save_service.capacity, services.capacity),
        party_max = coalesce(save_service.party_max, services.party_max),
        price_amount = coalesce(save_service.price_amount, services.price_amount),
        deposit_amount = coalesce(save_service.deposit_amount, services.deposit_amount),
        hold_minutes = coalesce(save_service.hold_minutes, services.hold_minutes),
        min_notice_minutes = coalesce(save_service.min_notice_minutes, services.min_notice_minutes),
        max_advance_days = coalesce(save_service.max_advance_days, services.max_advance_days),
        bookable_until = nullif(coalesce(save_service.bookable_until, services.bookable_until), 'infinity'),
        max_per_day = nullif(coalesce(save_service.max_per_day, services.max_per_day), 0),
        cancel_minutes = coalesce(save_service.cancel_minutes, services.cancel_minutes),
        cancel_fee_bps = coalesce(save_service.cancel_fee_bps, services.cancel_fee_bps),
        needs_approval = coalesce(save_service.needs_approval, services.needs_approval)
      where services.id = save_service.service_id and services.store_id = save_service.store_id
      returning * into v_service;
    end if;
  exception when check_violation then
    get stacked diagnostics v_constraint = constraint_name;
    if v_constraint = 'services_name_check' then
      raise sqlstate 'PT422' using
        message = 'A service needs a name of at most 120 characters.', detail = 'invalid_service_name';
    elsif v_constraint = 'services_description_check' then
      raise sqlstate 'PT422' using
        message = 'A description has at most 4,000 characters.', detail = 'invalid_description';
    elsif v_constraint = 'services_status_check' then
      raise sqlstate 'PT422' using
        message = 'A service is draft, active or archived.', detail = 'invalid_status';
    elsif v_constraint = 'services_amounts_check' then
      raise sqlstate 'PT422' using
        message = 'A price has at most 99999999 minor units, in steps of the currency, and the deposit is no more than '
          'it.',
        detail = 'invalid_price';
    elsif v_constraint = 'services_capacity_check' then
      raise sqlstate 'PT422' using
        message = 'capacity is 1 to 500, and party_max 1 to capacity.', detail = 'invalid_capacity';
    elsif v_constraint in (
      'services_duration_minutes_check', 'services_buffers_check', 'services_slot_step_minutes_check'
    ) then
      raise sqlstate 'PT422' using
        message = 'Duration and buffers are whole minutes, together at most 1440; a step is 5 to 1440, or 0 for the '
          'default.',
        detail = 'invalid_duration';
    end if;
    raise sqlstate 'PT422' using
      message = 'A hold is 5 to 1440 minutes, notice and free cancelling up to 525600, advance up to 730 days, a '
        'day''s limit up to 1000 (0 for none), a fee up to 10000 basis points.',
      detail = 'invalid_booking_rule';
  end;
  if v_service.id is null then
    raise sqlstate 'PT404' using
      message = 'That service does not exist in this store.', detail = 'service_not_found';
  end if;

  if save_service.service_id is null or save_service.staff_ids is not null then
    delete from public.service_staff where service_staff.service_id = v_service.id;
    insert into public.service_staff (service_id, staff_id, store_id, position)
    select v_service.id, given.id, v_service.store_id, min(given.position)
    from (
      select named.id, named.position
      from unnest(save_service.staff_ids) with ordinality as named (id, position)
      union all
      select staff.id, row_number() over (order by staff.position, staff.id)
      from public.staff
      where save_service.staff_ids is null and staff.store_id = v_service.store_id and staff.is_active
    ) as given
    group by given.id;
  end if;
  return v_service;
end;
$$;
comment on function private.save_service(
  uuid, uuid, text, text, text, text[], text, integer, integer, integer, integer, integer, integer, bigint, bigint,
  integer, integer, integer, date, integer, integer, integer, boolean, uuid[]
) is
  'See public.save_service.';
grant execute on function private.save_service(
  uuid, uuid, text, text, text, text[], text, integer, integer, integer, integer, integer, integer, bigint, bigint,
  integer, integer, integer, date, integer, integer, integer, boolean, uuid[]
) to anon, authenticated;

create or replace function public.save_service(
  store_id uuid,
  service_id uuid default null,
  name text default null,
  description text default null,
  category text default null,
  image_paths text[] default null,
  status text default null,
  duration_minutes integer default null,
  buffer_before_minutes integer default null,
  buffer_after_minutes integer default null,
  slot_step_minutes integer default null,
  capacity integer default null,
  party_max integer default null,
  price_amount bigint default null,
  deposit_amount bigint default null,
  hold_minutes integer default null,
  min_notice_minutes integer default null,
  max_advance_days integer default null,
  bookable_until date default null,
  max_per_day integer default null,
  cancel_minutes integer default null,
  cancel_fee_bps integer default null,
  needs_approval boolean default null,
  staff_ids uuid[] default null
) returns public.services
language sql volatile security invoker
set search_path = ''
as $$
  select * from private.save_service(
    save_service.store_id, save_service.service_id, save_service.name, save_service.description, save_service.category,
    save_service.image_paths, save_service.status, save_service.duration_minutes, save_service.buffer_before_minutes,
    save_service.buffer_after_minutes, save_service.slot_step_minutes, save_service.capacity, save_service.party_max,
    save_service.price_amount, save_service.deposit_amount, save_service.hold_minutes, save_service.min_notice_minutes,
    save_service.max_advance_days, save_service.bookable_until, save_service.max_per_day, save_service.cancel_minutes,
    save_service.cancel_fee_bps, save_service.needs_approval, save_service.staff_ids
  );
$$;
comment on function public.save_service(
  uuid, uuid, text, text, text, text[], text, integer, integer, integer, integer, integer, integer, bigint, bigint,
  integer, integer, integer, date, integer, integer, integer, boolean, uuid[]
) is
  'Adds a service (no service_id) or changes what is named of one; returns it. Times in minutes, amounts for one seat '
  'in minor units of the store''s currency. staff_ids: who gives it, in the order of preference; a new service '
  'without is given by everybody active. slot_step_minutes 0, max_per_day 0 and bookable_until infinity take the '
  'setting away. What is booked keeps its time, price and policy. For owner and managers. Errors: not_signed_in, '
  'account_required, session_revoked, store_not_found, store_role_required, service_not_found, staff_not_found, '
  'invalid_service_name, invalid_description, invalid_category, invalid_image, invalid_status, invalid_price, '
  'invalid_capacity, invalid_duration, invalid_booking_rule.';
grant execute on function public.save_service(
  uuid, uuid, text, text, text, text[], text, integer, integer, integer, integer, integer, integer, bigint, bigint,
  integer, integer, integer, date, integer, integer, integer, boolean, uuid[]
) to anon, authenticated;
