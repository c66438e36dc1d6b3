-- A coupon takes its amount off the lines it is for, in proportion to what they cost. From then on each line knows
-- what was paid for it, which is what tax, refunds and the share of each store are worked out from.
create or replace function private.price_coupons(
  lines private.priced_line[], cart_id uuid, customer_id uuid, is_part boolean
) returns private.priced_cart
language plpgsql stable
set search_path = ''
as $$
declare
  v_lines private.priced_line[] := price_coupons.lines;
  v_coupons private.priced_coupon[];
  v_coupon public.coupons;
  v_goods bigint;
  v_rest bigint;
  v_amount bigint;
  v_step bigint;
  v_shares bigint[];
  v_line private.priced_line;
  v_problem text;
  v_currencies text[] := (select array_agg(distinct line.currency) from unnest(price_coupons.lines) as line);
begin
  -- Stores' coupons come first, the platform's takes its part of what is left. A loop, because each depends on those
  -- before it.
  for v_coupon in
    select coupons.*
    from public.cart_coupons
    join public.coupons on coupons.id = cart_coupons.coupon_id
    where cart_coupons.cart_id = price_coupons.cart_id
    order by coupons.store_id nulls last
  loop
    select
      sum(line.subtotal_amount),
      sum(line.subtotal_amount - line.store_discount_amount - line.platform_discount_amount),
      max(private.money_step(line.currency))
    into v_goods, v_rest, v_step
    from unnest(v_lines) as line
    where (v_coupon.store_id is null or line.store_id = v_coupon.store_id)
      and (v_coupon.currency is null or line.currency = v_coupon.currency);

    continue when price_coupons.is_part and v_goods is null;

    v_problem := private.coupon_problem(v_coupon, price_coupons.customer_id, v_goods, v_currencies);
    v_amount := 0;
    if v_problem is null and v_coupon.kind <> 'free_shipping' and v_rest > 0 then
      v_amount := least(
        case v_coupon.kind
          -- Rounded half up like all computed amounts, but never above max_discount_amount.
          when 'percentage' then div(
            v_rest::numeric * v_coupon.percent_bps + 5000 * v_step, 10000 * v_step
          )::bigint * v_step
          else v_coupon.amount
        end,
        v_coupon.max_discount_amount,
        v_rest
      ) / v_step * v_step;
      -- Shares in proportion to the lines: they add up exactly, and none is more than its line. Share n is of
      -- position n.
      v_shares := private.allocate(
        v_amount,
        array(
          select
            case
              when (v_coupon.store_id is null or line.store_id = v_coupon.store_id)
                and (v_coupon.currency is null or line.currency = v_coupon.currency)
              then line.subtotal_amount - line.store_discount_amount - line.platform_discount_amount
              else 0
            end
          from unnest(v_lines) as line
          order by line.position
        ),
        v_step
      );
      for v_position in 1 .. cardinality(v_lines) loop
        -- The line is copied, changed and put back: a change in place would copy the whole array each time.
        v_line := v_lines[v_position];
        if v_coupon.store_id is null then
          v_line.platform_discount_amount := v_line.platform_discount_amount + v_shares[v_position];
        else
          v_line.store_discount_amount := v_line.store_discount_amount + v_shares[v_position];
        end if;
        v_lines[v_position] := v_line;
      end loop;
    end if;
    v_coupons := v_coupons
      || (v_coupon.id, v_coupon.code, v_coupon.store_id, v_coupon.kind, v_amount, v_problem)::private.priced_coupon;
  end loop;
  return (v_lines, null, v_coupons)::private.priced_cart;
end;
$$;
comment on function private.price_coupons(private.priced_line[], uuid, uuid, boolean) is
  'Spreads the cart''s coupons over its lines; for a part of a cart, coupons that are for another part are left '
  'out. What is wrong with a coupon is told, not raised: a cart page shows it.';
