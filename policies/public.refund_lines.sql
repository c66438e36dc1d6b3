-- public.refund_lines: as visible as their refund. It is looked up by its key for each line: `in (select …)` would read
-- every refund there is.
drop policy if exists refund_lines_select_authenticated on public.refund_lines;
create policy refund_lines_select_authenticated on public.refund_lines
  for select to authenticated
  using (
    exists (select from public.refunds where refunds.id = refund_lines.refund_id)
  );
comment on policy refund_lines_select_authenticated on public.refund_lines is
  'Whoever sees a refund sees its lines.';
