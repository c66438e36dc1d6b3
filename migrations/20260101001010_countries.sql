-- ISO 3166-1 alpha-2, so that an address names a country that exists. Where the post sorts by code, an address
-- without one cannot be delivered; the countries without such codes are marked. How a phone number is dialled from
-- abroad and at home stands here too, so that people may write theirs as they are used to.
create table public.countries (
  code text primary key,
  has_postal_code boolean not null default true,
  calling_code text,
  trunk_prefix text not null default '',
  constraint countries_code_check check (code ~ '^[A-Z]{2}$'),
  constraint countries_calling_code_check check (calling_code ~ '^[1-9][0-9]{0,2}$'),
  constraint countries_trunk_prefix_check check (trunk_prefix ~ '^[0-9]{0,2}$')
);
alter table public.countries enable row level security;
grant select on public.countries to anon, authenticated, service_role;
comment on table public.countries is
  'Countries an address may lie in (ISO 3166-1 alpha-2). Readable by everyone, written by migrations only.';
comment on column public.countries.has_postal_code is
  'False where the post uses no code, so that an address may do without.';
comment on column public.countries.calling_code is
  'What is dialled after the plus sign (ITU E.164); null where nobody has a number.';
comment on column public.countries.trunk_prefix is
  'What people dial before a number at home and leave out after the plus sign; empty where there is no such '
  'digit.';

insert into public.countries (code, has_postal_code, calling_code, trunk_prefix)
select
  codes.country[1],
  codes.country[1] <> all (string_to_array(
    'AE AG AO AW BF BI BJ BO BQ BS BW BZ CD CF CG CI CK CM CW DJ DM ER FJ GA GD GH GM GQ GY HK JM KI KM KN KP '
    'LY ML MO MR MW NR NU QA RW SB SC SL SR SS ST SX SY TD TF TG TK TL TO TT TV UG VU YE ZW', ' ')),
  codes.country[2],
  case
    when codes.country[2] is null or codes.country[1] = any (string_to_array(
      'AD AO AW BF BH BI BJ BN BQ BT BW BZ CF CG CI CK CL CM CR CV CW CY CZ DJ DK EE ES FJ FK FM FO GA GI GL GM '
      'GN GQ GR GT GW GY HK HN HT IO IS IT KM KW LS LU LV MH ML MO MR MT MU MV MX MZ NC NE NF NI NO NR NU OM PA '
      'PF PG PL PT PW QA SB SC SG SH SJ SM SN SR ST SV SZ TD TG TJ TK TL TN TO TV UZ VA VU WF WS', ' ')) then ''
    when codes.country[2] = '1' then '1'
    when codes.country[1] in ('BY', 'KZ', 'RU', 'TM') then '8'
    when codes.country[1] = 'HU' then '06'
    else '0'
  end
from regexp_matches(
  'AD376 AE971 AF93 AG1 AI1 AL355 AM374 AO244 AQ AR54 AS1 AT43 AU61 AW297 AX358 AZ994 BA387 BB1 BD880 BE32 '
  'BF226 BG359 BH973 BI257 BJ229 BL590 BM1 BN673 BO591 BQ599 BR55 BS1 BT975 BV BW267 BY375 BZ501 CA1 CC61 '
  'CD243 CF236 CG242 CH41 CI225 CK682 CL56 CM237 CN86 CO57 CR506 CU53 CV238 CW599 CX61 CY357 CZ420 DE49 '
  'DJ253 DK45 DM1 DO1 DZ213 EC593 EE372 EG20 EH212 ER291 ES34 ET251 FI358 FJ679 FK500 FM691 FO298 FR33 '
  'GA241 GB44 GD1 GE995 GF594 GG44 GH233 GI350 GL299 GM220 GN224 GP590 GQ240 GR30 GS GT502 GU1 GW245 GY592 '
  'HK852 HM HN504 HR385 HT509 HU36 ID62 IE353 IL972 IM44 IN91 IO246 IQ964 IR98 IS354 IT39 JE44 JM1 JO962 '
  'JP81 KE254 KG996 KH855 KI686 KM269 KN1 KP850 KR82 KW965 KY1 KZ7 LA856 LB961 LC1 LI423 LK94 LR231 LS266 '
  'LT370 LU352 LV371 LY218 MA212 MC377 MD373 ME382 MF590 MG261 MH692 MK389 ML223 MM95 MN976 MO853 MP1 MQ596 '
  'MR222 MS1 MT356 MU230 MV960 MW265 MX52 MY60 MZ258 NA264 NC687 NE227 NF672 NG234 NI505 NL31 NO47 NP977 '
  'NR674 NU683 NZ64 OM968 PA507 PE51 PF689 PG675 PH63 PK92 PL48 PM508 PN PR1 PS970 PT351 PW680 PY595 QA974 '
  'RE262 RO40 RS381 RU7 RW250 SA966 SB677 SC248 SD249 SE46 SG65 SH290 SI386 SJ47 SK421 SL232 SM378 SN221 '
  'SO252 SR597 SS211 ST239 SV503 SX1 SY963 SZ268 TC1 TD235 TF TG228 TH66 TJ992 TK690 TL670 TM993 TN216 '
  'TO676 TR90 TT1 TV688 TW886 TZ255 UA380 UG256 UM US1 UY598 UZ998 VA39 VC1 VE58 VG1 VI1 VN84 VU678 WF681 '
  'WS685 YE967 YT262 ZA27 ZM260 ZW263',
  '([A-Z]{2})([0-9]+)?', 'g'
) as codes (country);
