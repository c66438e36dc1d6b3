create or replace function private.payment_failure_key(fact jsonb) returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  return concat_ws(' ', fact ->> 'charge_id', fact ->> 'failure_code', fact ->> 'failed_method_id');
end;
$$;
comment on function private.payment_failure_key(jsonb) is 'What tells one failed try of a payment from the next.';
