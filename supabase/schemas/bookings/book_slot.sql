-- Two things can go wrong when a time is booked: it was never offered, or somebody was first. They are told apart,
-- because a frontend answers them differently. The key makes a retry return the booking instead of a second one.
create or replace function private.book_slot(
  service_id uuid, starts_at timestamptz, idempotency_key text, staff_id uuid, party_size integer, note text
) returns public.bookings
language plpgsql volatile
security definer -- clients hold no write grant on bookings
set search_path = ''
as $$
declare
  v_customer_id constant uuid := private.require_user();
  v_note constant text := private.tidy_prose(book_slot.note);
  v_request_hash constant bytea := sha256(convert_to(
    row(
      book_slot.service_id, extract(epoch from book_slot.starts_at), book_slot.staff_id, book_slot.party_size,
      book_slot.note
    )::text, 'UTF8'
  ));
  v_known private.idempotency_keys;
  v_booking public.bookings;
begin
  if book_slot.idempotency_key is null or length(book_slot.idempotency_key) > 255
    or book_slot.idempotency_key !~ '^[\x21-\x7e]+$' then
    raise sqlstate 'PT422' using
      message = 'A booking needs a key of 1 to 255 visible ASCII characters.', detail = 'invalid_idempotency_key',
      hint = 'Make a UUID when the page opens, and send the same one when you retry.';
  end if;
  if not private.is_prose(v_note, 1000) then
    raise sqlstate 'PT422' using
      message = 'A note has at most 1,000 characters.', detail = 'invalid_note';
  end if;

  -- Already done? A customer's bookings queue here, so the second finds what the first left: its answer, or its hold.
  perform pg_advisory_xact_lock(hashtextextended(v_customer_id::text || 'book_slot', 0));
  select * into v_known from private.idempotency_keys
  where idempotency_keys.actor = v_customer_id
    and idempotency_keys.verb = 'book_slot'
    and idempotency_keys.key = book_slot.idempotency_key;
  if found then
    if v_known.request_hash <> v_request_hash then
      raise sqlstate 'PT409' using
        message = 'This key was used for another booking.', detail = 'idempotency_key_reused',
        hint = 'Make a new key for a new booking.';
    end if;
    return jsonb_populate_record(null::public.bookings, v_known.response);
  end if;

  v_booking := private.place_booking(
    book_slot.service_id, book_slot.staff_id, book_slot.starts_at, book_slot.party_size, v_note, v_customer_id
  );
  insert into private.idempotency_keys (actor, verb, key, request_hash, response)
  values (v_customer_id, 'book_slot', book_slot.idempotency_key, v_request_hash, to_jsonb(v_booking));
  return v_booking;
end;
$$;
comment on function private.book_slot(uuid, timestamptz, text, uuid, integer, text) is 'See public.book_slot.';
grant execute on function private.book_slot(uuid, timestamptz, text, uuid, integer, text) to anon, authenticated;

create or replace function public.book_slot(
  service_id uuid,
  starts_at timestamptz,
  idempotency_key text,
  staff_id uuid default null,
  party_size integer default 1,
  note text default null
) returns public.bookings
language sql volatile security invoker
set search_path = ''
as $$
  select * from private.book_slot(
    book_slot.service_id, book_slot.starts_at, book_slot.idempotency_key, book_slot.staff_id, book_slot.party_size,
    book_slot.note
  );
$$;
comment on function public.book_slot(uuid, timestamptz, text, uuid, integer, text) is
  'Books a start that available_slots offers; returns the booking. staff_id null: the least busy who is free. status '
  'confirmed; or requested, where the store decides until decide_by; or held, where due_amount is to be paid through '
  'the function payments with checkout_id before hold_expires_at. The same idempotency_key and arguments return the '
  'first answer. Price and policy are frozen. Errors: not_signed_in, account_required, session_revoked, '
  'invalid_idempotency_key, idempotency_key_reused, invalid_note, invalid_time, invalid_party_size, '
  'service_not_found, staff_not_found, store_closed, hold_exists, slot_unavailable, slot_taken, slot_full.';
grant execute on function public.book_slot(uuid, timestamptz, text, uuid, integer, text) to anon, authenticated;
