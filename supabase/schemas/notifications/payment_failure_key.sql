create or replace function private.payment_failure_key(fact jsonb) returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  return concat_ws(
    ' ', payment_failure_key.fact ->> 'charge_id', payment_failure_key.fact ->> 'failure_code',
    payment_failure_key.fact ->> 'failed_method_id'
  );
end;
$$;
comment on function private.payment_failure_key(jsonb) is 'What tells one failed try of a payment from the next.';
