create or replace function private.cancellation_words(cancellation jsonb, store_name text) returns text
language plpgsql immutable parallel safe strict
set search_path = ''
as $$
begin
  return concat_ws(
    ' ',
    case cancellation_words.cancellation ->> 'by'
      when 'customer' then 'You cancelled it.'
      when 'store' then cancellation_words.store_name || ' cancelled it.'
      when 'expiry' then 'It was not paid in time.'
      else 'The marketplace cancelled it.'
    end,
    case cancellation_words.cancellation ->> 'money'
      when 'card' then 'What you paid goes back to you the way you paid.'
      when 'cash' then 'The store gives what you paid in cash back to you.'
      when 'refunded_before' then 'What you had paid was refunded before.'
      when 'under_way' then 'Should your payment still arrive, all of it goes back to you.'
      when 'not_charged' then 'Nothing was charged.'
      else 'There is nothing to pay.'
    end,
    case cancellation_words.cancellation ->> 'is_back_in_cart'
      when 'true' then 'What can still be bought is back in your cart.'
    end
  );
end;
$$;
comment on function private.cancellation_words(jsonb, text) is
  'Why an order was cancelled and what that means for the customer''s money, in the app.';
