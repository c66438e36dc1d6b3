-- public.refund_lines: as visible as their refund.
drop policy if exists refund_lines_select_authenticated on public.refund_lines;
create policy refund_lines_select_authenticated on public.refund_lines
  for select to authenticated
  using (
    refund_id in (select refunds.id from public.refunds)
  );
comment on policy refund_lines_select_authenticated on public.refund_lines is
  'Whoever sees a refund sees its lines.';
