-- Only who received a thing may say what it is like, once: the purchase is looked up, not claimed. Two requests at once
-- meet at the key of the table, and one of them finds that there is a review.
create or replace function private.submit_review(
  subject_type text, subject_id uuid, rating jsonb, body text, media text[], idempotency_key text
) returns public.reviews
language plpgsql volatile
security definer -- clients hold no write grant on reviews
set search_path = ''
as $$
declare
  v_author_id uuid := private.require_user();
  v_request_hash bytea;
  v_known private.idempotency_keys;
  v_rating smallint;
  v_body text;
  v_purchase record;
  v_subject_name text;
  v_is_suspicious boolean;
  v_review_id uuid := private.uuid_v7();
  v_review public.reviews;
begin
  if submit_review.idempotency_key is not null then
    if length(submit_review.idempotency_key) > 255 or submit_review.idempotency_key !~ '^[\x21-\x7e]+$' then
      raise sqlstate 'PT422' using
        message = 'A key has 1 to 255 visible ASCII characters.', detail = 'invalid_idempotency_key';
    end if;
    v_request_hash := sha256(convert_to(
      row(
        submit_review.subject_type, submit_review.subject_id, submit_review.rating, submit_review.body,
        submit_review.media
      )::text,
      'UTF8'
    ));
    perform pg_advisory_xact_lock(hashtextextended(v_author_id::text || submit_review.idempotency_key, 0));
    select * into v_known
    from private.idempotency_keys
    where idempotency_keys.actor = v_author_id
      and idempotency_keys.verb = 'submit_review'
      and idempotency_keys.key = submit_review.idempotency_key;
    if found then
      if v_known.request_hash <> v_request_hash then
        raise sqlstate 'PT409' using
          message = 'This key was used for another review.', detail = 'idempotency_key_reused';
      end if;
      return jsonb_populate_record(null::public.reviews, v_known.response);
    end if;
  end if;

  v_rating := private.read_rating(submit_review.rating);
  v_body := private.read_review_text(submit_review.body, 5000, false);
  v_purchase := private.find_purchase(submit_review.subject_type, submit_review.subject_id);
  perform private.take_daily_use('submit_review', (select settings.reviews_per_day from private.settings));
  v_subject_name := left((private.review_subject(submit_review.subject_type, submit_review.subject_id)).name, 120);
  v_is_suspicious := private.shares_phone_with_store(v_purchase.store_id, v_purchase.phones);
  -- Told first: the totals of the subject are locked from the insert to the commit, and others wait for them. What can
  -- be done before is done before.
  perform private.tell_store_editors(
    v_purchase.store_id, 'review_received',
    format(
      'A review of %s: %s', v_subject_name,
      case v_rating when 1 then '1 star' else v_rating || ' stars' end
    ),
    jsonb_build_object(
      'review_id', v_review_id, 'store_id', v_purchase.store_id, 'subject_type', submit_review.subject_type,
      'subject_id', submit_review.subject_id
    )
  );
  insert into public.reviews (
    id, store_id, subject_type, subject_id, author_id, author_name, order_line_id, booking_id, rating, body
  )
  select
    v_review_id, v_purchase.store_id, submit_review.subject_type, submit_review.subject_id, v_author_id,
    private.public_name(profiles.full_name), v_purchase.order_line_id, v_purchase.booking_id, v_rating, v_body
  from public.profiles
  where profiles.id = v_author_id
  on conflict on constraint reviews_subject_type_subject_id_author_id_key do nothing
  returning * into v_review;
  if not found then
    raise sqlstate 'PT409' using
      message = 'You have reviewed this already.', detail = 'review_exists', hint = 'update_review changes it.';
  end if;
  if submit_review.media <> '{}' then
    perform private.write_review_media(v_review, submit_review.media);
  end if;
  if v_is_suspicious then
    perform private.open_moderation_item(v_review.id, 'shares_phone_with_store');
  end if;
  if submit_review.idempotency_key is not null then
    insert into private.idempotency_keys (actor, verb, key, request_hash, response)
    values (v_author_id, 'submit_review', submit_review.idempotency_key, v_request_hash, to_jsonb(v_review));
  end if;
  return v_review;
end;
$$;
comment on function private.submit_review(text, uuid, jsonb, text, text[], text) is 'See public.submit_review.';
grant execute on function private.submit_review(text, uuid, jsonb, text, text[], text) to anon, authenticated;

create or replace function public.submit_review(
  subject_type text, subject_id uuid, rating jsonb, body text default '', media text[] default '{}',
  idempotency_key text default null
) returns public.reviews
language sql volatile security invoker
set search_path = ''
as $$
  select *
  from private.submit_review(
    submit_review.subject_type, submit_review.subject_id, submit_review.rating, submit_review.body,
    submit_review.media, submit_review.idempotency_key
  );
$$;
comment on function public.submit_review(text, uuid, jsonb, text, text[], text) is
  'Reviews a product or service that the caller received, or its store: 1 to 5 stars, a text of at most 5000 '
  'characters, up to five photos (paths in store-media, uploaded before). One review each; within '
  'settings.review_days of delivery or of the completed appointment. '
  'A retry with the same key answers the first review. Errors: not_signed_in, account_required, session_revoked, '
  'invalid_rating, invalid_text, invalid_media, invalid_subject, invalid_idempotency_key, idempotency_key_reused, '
  'product_not_found, store_not_found, service_not_found, purchase_required, own_store, review_locked, '
  'review_exists, rate_limited.';
grant execute on function public.submit_review(text, uuid, jsonb, text, text[], text) to anon, authenticated;
