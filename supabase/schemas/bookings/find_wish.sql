create or replace function private.find_wish(waiting_id uuid) returns public.waiting_list
language plpgsql volatile
security definer -- locks rows that no client may
set search_path = ''
as $$
declare
  v_user_id constant uuid := private.require_user();
  v_booking_id uuid;
  v_waiting public.waiting_list;
begin
  loop
    select waiting_list.offered_booking_id into v_booking_id
    from public.waiting_list
    where waiting_list.id = find_wish.waiting_id and waiting_list.customer_id = v_user_id;
    if not found then
      raise sqlstate 'PT404' using
        message = 'You wait for nothing like that.', detail = 'waiting_not_found';
    end if;
    -- From the whole to the part: the booking that is offered, then the wish.
    if v_booking_id is not null then
      perform private.lock_booking(v_booking_id);
    end if;
    begin
      select * into strict v_waiting
      from public.waiting_list
      where waiting_list.id = find_wish.waiting_id and waiting_list.customer_id = v_user_id
      for no key update;
      if v_waiting.offered_booking_id is not distinct from v_booking_id then
        return v_waiting;
      end if;
      -- Something was offered in between. Leaving this block by an error gives the wish back, so that the booking can
      -- be locked before it.
      raise serialization_failure;
    exception
      when serialization_failure or no_data_found then
        null;
    end;
  end loop;
end;
$$;
comment on function private.find_wish(uuid) is
  'A wish of the caller''s on the waiting list, locked together with what it was offered. Errors: those of '
  'require_user, waiting_not_found.';
