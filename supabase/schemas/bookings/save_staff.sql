-- Whoever can be booked: people, rooms, chairs. They need no account; one that is linked to a member lets the member
-- see and hand on the own calendar.
create or replace function private.save_staff(
  store_id uuid, staff_id uuid, name text, member_id uuid, is_active boolean, "position" integer
) returns public.staff
language plpgsql volatile
security definer -- clients hold no write grant on staff
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_store_role(save_staff.store_id, array['owner', 'manager']);
  v_name constant text := private.tidy_line(save_staff.name);
  v_staff public.staff;
begin
  if (save_staff.staff_id is null or save_staff.name is not null) and (v_name is null or length(v_name) > 80) then
    raise sqlstate 'PT422' using
      message = 'Staff needs a name of at most 80 characters.', detail = 'invalid_staff_name';
  end if;
  if save_staff.position not between 0 and 1000 then
    raise sqlstate 'PT422' using
      message = 'A position is 0 to 1000.', detail = 'invalid_quantity';
  end if;
  if save_staff.member_id is not null and not exists (
    select from public.store_members
    where store_members.store_id = save_staff.store_id and store_members.user_id = save_staff.member_id
  ) then
    raise sqlstate 'PT404' using
      message = 'That person does not work in this store.', detail = 'member_not_found';
  end if;

  if save_staff.staff_id is null then
    insert into public.staff (store_id, name, member_id, is_active, position)
    values (
      save_staff.store_id, v_name, save_staff.member_id, coalesce(save_staff.is_active, true),
      coalesce(save_staff.position, 0)
    )
    returning * into v_staff;
  else
    update public.staff
    set name = coalesce(v_name, staff.name),
      member_id = coalesce(save_staff.member_id, staff.member_id),
      is_active = coalesce(save_staff.is_active, staff.is_active),
      position = coalesce(save_staff.position, staff.position)
    where staff.id = save_staff.staff_id and staff.store_id = save_staff.store_id
    returning * into v_staff;
    if not found then
      raise sqlstate 'PT404' using
        message = 'Nobody like that is of this store''s staff.', detail = 'staff_not_found';
    end if;
  end if;
  return v_staff;
end;
$$;
comment on function private.save_staff(uuid, uuid, text, uuid, boolean, integer) is 'See public.save_staff.';
grant execute on function private.save_staff(uuid, uuid, text, uuid, boolean, integer) to anon, authenticated;

create or replace function public.save_staff(
  store_id uuid,
  staff_id uuid default null,
  name text default null,
  member_id uuid default null,
  is_active boolean default null,
  "position" integer default null
) returns public.staff
language sql volatile security invoker
set search_path = ''
as $$
  select * from private.save_staff(
    save_staff.store_id, save_staff.staff_id, save_staff.name, save_staff.member_id, save_staff.is_active,
    save_staff.position
  );
$$;
comment on function public.save_staff(uuid, uuid, text, uuid, boolean, integer) is
  'Adds a person, a room or a chair that can be booked (no staff_id) or changes what is named of one; returns it. '
  'member_id: the account of a person who works in the store. is_active false: not offered any more; what is booked '
  'stays. Who gives which service: save_service. For owner and managers. Errors: not_signed_in, account_required, '
  'session_revoked, store_not_found, store_role_required, staff_not_found, member_not_found, invalid_staff_name, '
  'invalid_quantity.';
grant execute on function public.save_staff(uuid, uuid, text, uuid, boolean, integer) to anon, authenticated;
