-- +goose Up

alter table components add column next_delivery bigint not null default 1;
alter table components add column next_ticket_at bigint;
update components set next_ticket_at = 0 where event_url <> '';
create index components_ticket on components (next_ticket_at, appid) where next_ticket_at is not null;

alter table authorizers add column auth_time bigint;
alter table authorizers add column exchanged smallint not null default 0;
alter table authorizers add column details text not null default '{}'; -- JSON
update authorizers set auth_time = created_at, exchanged = 1,
    details = '{"func_ids":[17,18,19,25,27,30,31,36,37,40,45,49,52,57,76,81,84,86]}' where authorized = 1;
create index authorizers_time on authorizers (component_appid, authorized, auth_time, appid);

create table auth_codes (
    component_appid  text not null references components (appid) on delete cascade,
    value            text not null,
    kind             text not null,
    authorizer_appid text not null,
    issued_at        bigint not null,
    expires_at       bigint not null,
    used_at          bigint,
    primary key (component_appid, value)
);
create index auth_codes_expiry on auth_codes (component_appid, expires_at);

-- The queues of pushes: one for each final URL.
create table callback_urls (
    id         text not null primary key, -- of the URL's SHA-256
    url        text not null,
    next_seq   bigint not null,
    busy       smallint not null, -- 1 while there may be pending deliveries
    held_by    text not null,
    held_until bigint not null  -- real time
);
create index callback_urls_busy on callback_urls (held_until) where busy = 1;

create table deliveries (
    component_appid  text not null references components (appid) on delete cascade,
    number           bigint not null,
    url_id           text not null,
    url              text not null,
    seq              bigint not null, -- its place in the URL's queue
    target           text not null,
    format           text not null,
    type             text not null,
    authorizer_appid text not null,
    to_user_name     text not null,
    openid           text not null,
    body             text not null,
    state            text not null,
    tries            bigint not null,
    created_at       bigint not null,
    done_at          bigint,
    primary key (component_appid, number)
);
create index deliveries_queue on deliveries (url_id, seq) where state = 'pending';
create index deliveries_component on deliveries (component_appid, created_at, number);
create index deliveries_time on deliveries (created_at, component_appid, number);
create index deliveries_state on deliveries (state, component_appid);

create table delivery_attempts (
    component_appid text not null,
    number          bigint not null,
    attempt         bigint not null,
    at              bigint not null,
    took            bigint not null, -- milliseconds
    query           text not null,
    request         text not null,
    http_status     integer not null,
    answer          text not null,
    outcome         text not null,
    reason          text not null,
    primary key (component_appid, number, attempt),
    foreign key (component_appid, number) references deliveries (component_appid, number) on delete cascade
);

create table registrations (
    component_appid  text not null references components (appid) on delete cascade,
    id               text not null,
    kind             text not null,
    subject          text not null, -- what tells those apart that run at the same time
    wechat           text not null, -- of whom so many a day are taken; empty: not counted
    request          text not null, -- JSON
    state            text not null,
    waiting_for      text not null,
    progress         bigint not null,
    status           bigint not null,
    msg              text not null,
    authorizer_appid text not null,
    created_at       bigint not null,
    ends_at          bigint not null,
    done_at          bigint,
    primary key (component_appid, id)
);
create index registrations_time on registrations (component_appid, created_at, id);
create index registrations_subject on registrations (component_appid, kind, subject, created_at);
create index registrations_wechat on registrations (component_appid, wechat, created_at) where wechat <> '';
create index registrations_due on registrations (ends_at, component_appid) where state = 'open';

-- The component's own domains, one row a kind.
create table thirdparty_domains (
    component_appid text not null references components (appid) on delete cascade,
    kind            text not null,
    testing         text not null, -- JSON
    published       text not null, -- JSON
    month           bigint not null, -- 12 * year + month of the last change
    changes         bigint not null, -- in that month
    confirm_name    text not null,
    confirm_content text not null,
    primary key (component_appid, kind)
);
