create or replace function private.currency_signs(currency text) returns text[]
language plpgsql immutable
set search_path = ''
as $$
begin
  return string_to_array(currency_signs.currency || ' ' || case currency_signs.currency
    when 'AED' then 'د.إ Dh Dhs' when 'AUD' then '$ A$ AU$' when 'BDT' then '৳ Tk' when 'BHD' then 'د.ب BD'
    when 'BRL' then 'R$' when 'CAD' then '$ C$ CA$' when 'CHF' then 'Fr SFr' when 'CNY' then '¥ 元 CN¥'
    when 'CZK' then 'Kč' when 'DKK' then 'kr' when 'EGP' then '£ E£ LE' when 'EUR' then '€' when 'GBP' then '£'
    when 'HKD' then '$ HK$' when 'HUF' then 'Ft' when 'IDR' then 'Rp' when 'ILS' then '₪' when 'INR' then '₹ Rs'
    when 'JPY' then '¥ 円' when 'KES' then 'KSh' when 'KRW' then '₩ 원' when 'KWD' then 'د.ك KD' when 'LKR' then 'Rs'
    when 'MAD' then 'د.م DH' when 'MXN' then '$ MX$' when 'MYR' then 'RM' when 'NGN' then '₦' when 'NOK' then 'kr'
    when 'NPR' then 'Rs' when 'NZD' then '$ NZ$' when 'PHP' then '₱' when 'PKR' then 'Rs' when 'PLN' then 'zł'
    when 'QAR' then 'ر.ق QR' when 'RON' then 'lei' when 'SAR' then 'ر.س SR' when 'SEK' then 'kr' when 'SGD' then '$ S$'
    when 'THB' then '฿' when 'TND' then 'د.ت DT' when 'TRY' then '₺ TL' when 'TWD' then '$ NT$' when 'UAH' then '₴ грн'
    when 'USD' then '$ US$' when 'VND' then '₫ đ' when 'ZAR' then 'R' else ''
  end, ' ');
end;
$$;
comment on function private.currency_signs(text) is
  'What people write beside an amount of a currency: its code and its signs, without a full stop.';
