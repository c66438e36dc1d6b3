create or replace function private.payment_failure_words(code text, message text) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return coalesce(
    left(payment_failure_words.message, 500),
    case payment_failure_words.code
      when 'payment_intent_authentication_failure' then 'Your bank could not confirm that it was you who paid.'
      when 'authentication_required' then 'Your bank wants you to confirm the payment.'
      else 'The payment could not be completed.'
    end
  );
end;
$$;
comment on function private.payment_failure_words(text, text) is
  'Why a payment failed: what the provider wrote for the card''s holder, else a sentence of our own.';
