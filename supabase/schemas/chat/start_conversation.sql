-- One conversation for each subject, however often and from however many tabs it is begun. A customer begins it, or a
-- member of the store about an order or a booking of a customer there.
create or replace function private.start_conversation(
  store_id uuid, subject_type text, subject_id uuid
) returns jsonb
language plpgsql volatile
security definer -- clients hold no write grant on conversations
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user();
  v_type text := coalesce(start_conversation.subject_type, 'none');
  v_side text;
  v_customer_id uuid;
  v_id uuid;
begin
  if v_type not in ('none', 'product', 'order', 'booking')
    or (v_type = 'none') <> (start_conversation.subject_id is null)
  then
    raise sqlstate 'PT422' using
      message = 'A conversation is about a product, an order, a booking, or nothing in particular.',
      detail = 'invalid_subject',
      hint = 'subject_type: product, order, booking or none; subject_id: the id of that, or null.';
  end if;
  perform private.queue_for_chat(v_user_id);
  v_side := case when exists (
    select from public.store_members
    where store_members.store_id = start_conversation.store_id and store_members.user_id = v_user_id
    for key share
  ) then 'store' else 'customer' end;
  v_customer_id := private.customer_of_subject(
    start_conversation.store_id, v_type, start_conversation.subject_id, v_side, v_user_id
  );

  select conversations.id into v_id
  from public.conversations
  where conversations.store_id = start_conversation.store_id
    and conversations.customer_id = v_customer_id
    and conversations.subject_type = v_type
    and conversations.subject_id is not distinct from start_conversation.subject_id;
  if not found then
    perform private.require_unblocked(start_conversation.store_id, v_customer_id);
    perform private.require_rate(
      array(
        select conversations.created_at
        from public.conversations
        where conversations.customer_id = v_customer_id
          and conversations.created_at > (select clock_timestamp() - interval '1 hour')
        order by conversations.created_at desc
        limit settings.conversations_per_person_and_hour
      ),
      settings.conversations_per_person_and_hour, interval '1 hour'
    )
    from private.settings;
    perform from auth.users where users.id = v_customer_id for key share;
    if not found then
      raise sqlstate 'PT409' using
        message = 'The customer has deleted the account.', detail = 'conversation_ended';
    end if;
    insert into public.conversations (store_id, customer_id, subject_type, subject_id)
    values (start_conversation.store_id, v_customer_id, v_type, start_conversation.subject_id)
    on conflict do nothing
    returning conversations.id into v_id;
    if v_id is null then
      -- The other side began it at the same moment.
      select conversations.id into strict v_id
      from public.conversations
      where conversations.store_id = start_conversation.store_id
        and conversations.customer_id = v_customer_id
        and conversations.subject_type = v_type
        and conversations.subject_id is not distinct from start_conversation.subject_id;
    end if;
  end if;
  -- Whoever begins it again wants to see it again.
  perform private.file_conversation(v_id, v_side, false);
  return private.conversation_card(v_id, v_side, v_user_id);
end;
$$;
comment on function private.start_conversation(uuid, text, uuid) is 'See public.start_conversation.';
grant execute on function private.start_conversation(uuid, text, uuid) to anon, authenticated;

create or replace function public.start_conversation(
  store_id uuid, subject_type text default 'none', subject_id uuid default null
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$
  select private.start_conversation(
    start_conversation.store_id, start_conversation.subject_type, start_conversation.subject_id
  );
$$;
comment on function public.start_conversation(uuid, text, uuid) is
  'Finds or begins the caller''s conversation with a store about a product (subject_type product), an order or a '
  'booking of theirs (order, booking) or nothing in particular (none, without subject_id); for a member of the '
  'store, the one with the customer of an order or a booking. Returns it as list_conversations does. Errors: '
  'not_signed_in, account_required, session_revoked, invalid_subject, store_not_found, product_not_found, '
  'order_not_found, booking_not_found, own_store, conversation_ended, blocked, rate_limited (hint: seconds to wait).';
grant execute on function public.start_conversation(uuid, text, uuid) to anon, authenticated;
