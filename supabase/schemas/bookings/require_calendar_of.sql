create or replace function private.require_calendar_of(staff_id uuid) returns uuid
language plpgsql stable
security definer -- reads staff of any store
set search_path = ''
as $$
declare
  v_user_id constant uuid := private.require_user();
  v_staff public.staff;
begin
  select * into v_staff from public.staff where staff.id = require_calendar_of.staff_id;
  if v_staff.id is null then
    raise sqlstate 'PT404' using
      message = 'That staff member does not exist.', detail = 'staff_not_found';
  end if;
  if not exists (
    select from public.store_members
    where store_members.store_id = v_staff.store_id
      and store_members.user_id = v_user_id
      and (store_members.role in ('owner', 'manager') or v_staff.member_id = v_user_id)
  ) then
    perform private.require_store_role(v_staff.store_id, array['owner', 'manager']);
  end if;
  return v_user_id;
end;
$$;
comment on function private.require_calendar_of(uuid) is
  'The caller, who may hand this calendar on: owner, manager, or the member whose own it is. Errors: those of '
  'require_user, staff_not_found, store_not_found, store_role_required.';
