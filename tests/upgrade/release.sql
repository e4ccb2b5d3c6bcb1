INSERT INTO public.movies_movie (id, title, description, duration_minutes, language, genres, certificate, release_date, poster_url, trailer_url, "cast") VALUES
	(1, 'Metropolis', '', 153, 'German', '{Drama}', '', '1927-01-10', '', '', '{"Brigitte Helm"}');
INSERT INTO public.users_user (id, password, last_login, email, name, role, is_active, email_verified, date_joined, session_epoch, has_second_factor) VALUES
	(1, 'argon2$argon2id$v=19$m=19456,t=2,p=1$R2cyaTFTTU1jNXM5aHJ0WlJJWEpERQ$pqeaeQMXIJNc7xDmOJCNBglOWVuJr6mEXTxGv8sXtSA', NULL, 'ada@example.com', 'Ada', 'admin', true, false, '2026-11-28 09:38:24.091554+00', 0, false),
	(2, 'argon2$argon2id$v=19$m=19456,t=2,p=1$eUNVZ0lGbHlBN0tPU2pGMTB6YW5KNQ$Wa3Z00wLMx4bEMYCLCUrDpSHGOdUGfUikNXijet4qfk', NULL, 'olga@example.com', 'Olga', 'owner', true, false, '2026-11-28 09:38:24.13058+00', 0, false),
	(3, 'argon2$argon2id$v=19$m=19456,t=2,p=1$UnJMd1k1R2F2WWxDTVdMYkQxQUtqSg$6+vJxpipnCnRrPLbIYAq5pk6VudqugXwB9SsdDatb5U', NULL, 'alice@example.com', 'Alice', 'user', true, true, '2026-11-28 09:38:24.155395+00', 0, false),
	(4, 'argon2$argon2id$v=19$m=19456,t=2,p=1$ekdmNkMzQ1dmRzVoYTZMd2pSMFJBVw$vYnvAroEXcPSqti0PT/3Nvt/dZot6ZJm98CgXPmJa7U', NULL, 'bob@example.com', 'Bob', 'user', true, false, '2026-11-28 09:38:24.177891+00', 0, false);
INSERT INTO public.theaters_theater (id, name, address, city, timezone, latitude, longitude, currency, owner_id, email, phone, website) VALUES
	(1, 'Babylon', '', 'Berlin', 'Europe/Berlin', NULL, NULL, 'EUR', 2, '', '', '');
INSERT INTO public.theaters_screen (id, name, layout, turnaround_minutes, theater_id) VALUES
	(1, 'Screen 1', '{ssss,pppp,ss__}', 15, 1),
	(2, 'Screen 2', '{ssss,pppp,ss__}', 15, 1),
	(3, 'Screen 3', '{ssss,pppp,ss__}', 15, 1);
INSERT INTO public.shows_show (id, starts_at, ends_at, free_at, local_date, language, format, price, prices, rows, columns, status, cancel_reason, cancelled_at, created_at, movie_id, screen_id) VALUES
	(2, '2026-11-30 09:38:24.202263+00', '2026-11-30 12:11:24.202263+00', '2026-11-30 12:26:24.202263+00', '2026-11-30', '', '2D', 10.00, '{}', 3, 4, 'scheduled', '', NULL, '2026-11-28 09:38:24.225769+00', 1, 2),
	(1, '2026-11-26 09:38:24.202263+00', '2026-11-26 12:11:24.202263+00', '2026-11-26 12:26:24.202263+00', '2026-11-29', '', '2D', 10.00, '{}', 3, 4, 'scheduled', '', NULL, '2026-11-28 09:38:24.207062+00', 1, 1),
	(3, '2026-12-01 09:38:24.202263+00', '2026-12-01 12:11:24.202263+00', '2026-12-01 12:26:24.202263+00', '2026-12-01', '', '2D', 10.00, '{}', 3, 4, 'cancelled', 'Flood', '2026-11-28 09:38:24.312646+00', '2026-11-28 09:38:24.23318+00', 1, 3);
INSERT INTO public.bookings_booking (id, reference, status, total, created_at, cancelled_at, show_id, user_id) VALUES
	(1, '7Q45LZWDNC', 'confirmed', 20.00, '2026-11-28 09:38:24.241175+00', NULL, 1, 3),
	(2, '4VWNBJV55U', 'confirmed', 20.00, '2026-11-28 09:38:24.260655+00', NULL, 2, 3),
	(3, 'L2RDBKH27V', 'confirmed', 10.00, '2026-11-28 09:38:24.267644+00', NULL, 2, 4),
	(4, 'KQV8DDULA7', 'cancelled', 10.00, '2026-11-28 09:38:24.275983+00', '2026-11-28 09:38:24.282967+00', 2, 4),
	(5, 'UHYPVJT7Q5', 'cancelled', 10.00, '2026-11-28 09:38:24.298562+00', '2026-11-28 09:38:24.316545+00', 3, 3);
INSERT INTO public.shows_seat (id, label, "row", number, "column", category, price, status, held_since, held_until, held_by_id, show_id, line) VALUES
	(3, 'A3', 'A', 3, 3, 'standard', 10.00, 'available', NULL, NULL, NULL, 1, 1),
	(4, 'A4', 'A', 4, 4, 'standard', 10.00, 'available', NULL, NULL, NULL, 1, 1),
	(5, 'B1', 'B', 1, 1, 'premium', 10.00, 'available', NULL, NULL, NULL, 1, 2),
	(6, 'B2', 'B', 2, 2, 'premium', 10.00, 'available', NULL, NULL, NULL, 1, 2),
	(7, 'B3', 'B', 3, 3, 'premium', 10.00, 'available', NULL, NULL, NULL, 1, 2),
	(8, 'B4', 'B', 4, 4, 'premium', 10.00, 'available', NULL, NULL, NULL, 1, 2),
	(9, 'C1', 'C', 1, 1, 'standard', 10.00, 'available', NULL, NULL, NULL, 1, 3),
	(10, 'C2', 'C', 2, 2, 'standard', 10.00, 'available', NULL, NULL, NULL, 1, 3),
	(14, 'A4', 'A', 4, 4, 'standard', 10.00, 'available', NULL, NULL, NULL, 2, 1),
	(17, 'B3', 'B', 3, 3, 'premium', 10.00, 'available', NULL, NULL, NULL, 2, 2),
	(18, 'B4', 'B', 4, 4, 'premium', 10.00, 'available', NULL, NULL, NULL, 2, 2),
	(19, 'C1', 'C', 1, 1, 'standard', 10.00, 'available', NULL, NULL, NULL, 2, 3),
	(20, 'C2', 'C', 2, 2, 'standard', 10.00, 'available', NULL, NULL, NULL, 2, 3),
	(22, 'A2', 'A', 2, 2, 'standard', 10.00, 'available', NULL, NULL, NULL, 3, 1),
	(23, 'A3', 'A', 3, 3, 'standard', 10.00, 'available', NULL, NULL, NULL, 3, 1),
	(24, 'A4', 'A', 4, 4, 'standard', 10.00, 'available', NULL, NULL, NULL, 3, 1),
	(25, 'B1', 'B', 1, 1, 'premium', 10.00, 'available', NULL, NULL, NULL, 3, 2),
	(26, 'B2', 'B', 2, 2, 'premium', 10.00, 'available', NULL, NULL, NULL, 3, 2),
	(27, 'B3', 'B', 3, 3, 'premium', 10.00, 'available', NULL, NULL, NULL, 3, 2),
	(28, 'B4', 'B', 4, 4, 'premium', 10.00, 'available', NULL, NULL, NULL, 3, 2),
	(29, 'C1', 'C', 1, 1, 'standard', 10.00, 'available', NULL, NULL, NULL, 3, 3),
	(30, 'C2', 'C', 2, 2, 'standard', 10.00, 'available', NULL, NULL, NULL, 3, 3),
	(1, 'A1', 'A', 1, 1, 'standard', 10.00, 'booked', NULL, NULL, NULL, 1, 1),
	(2, 'A2', 'A', 2, 2, 'standard', 10.00, 'booked', NULL, NULL, NULL, 1, 1),
	(11, 'A1', 'A', 1, 1, 'standard', 10.00, 'booked', NULL, NULL, NULL, 2, 1),
	(12, 'A2', 'A', 2, 2, 'standard', 10.00, 'booked', NULL, NULL, NULL, 2, 1),
	(15, 'B1', 'B', 1, 1, 'premium', 10.00, 'booked', NULL, NULL, NULL, 2, 2),
	(16, 'B2', 'B', 2, 2, 'premium', 10.00, 'available', NULL, NULL, NULL, 2, 2),
	(13, 'A3', 'A', 3, 3, 'standard', 10.00, 'selected', '2026-11-28 09:38:24.289972+00', '2026-11-28 09:46:24.289972+00', 3, 2, 1),
	(21, 'A1', 'A', 1, 1, 'standard', 10.00, 'available', NULL, NULL, NULL, 3, 1);
INSERT INTO public.bookings_ticket (id, code, label, category, price, status, booking_id, seat_id) VALUES
	(1, '9e36aaf953c843b9b86734c9a568982e', 'A1', 'standard', 10.00, 'valid', 1, 1),
	(2, '6a8c08d745ab4ccd9cc0bc8b7a76d6f5', 'A2', 'standard', 10.00, 'valid', 1, 2),
	(3, '8c2be0eca77c4339980d03503c4f8661', 'A1', 'standard', 10.00, 'valid', 2, 11),
	(4, 'f4eb22e78ecd4899821e7ab4918f9e8d', 'A2', 'standard', 10.00, 'valid', 2, 12),
	(5, '4d1ba69280074ba98bbf521f7a904807', 'B1', 'premium', 10.00, 'valid', 3, 15),
	(6, '886951b245b94145a4484a85b9496101', 'B2', 'premium', 10.00, 'void', 4, 16),
	(7, '860c705102304ed1a3bdfbe405fc98c7', 'A1', 'standard', 10.00, 'void', 5, 21);
INSERT INTO public.movies_word (text) VALUES
	('brigitte'),
	('helm'),
	('metropolis');
INSERT INTO public.movies_wordofmovie (movie_id, word) VALUES
	(1, 'brigitte'),
	(1, 'helm'),
	(1, 'metropolis');
INSERT INTO public.shows_holdchain (id, began_at, quiet_from, seats, address, show_id, user_id, network) VALUES
	(1, '2026-11-28 09:38:24.289972+00', '2026-11-28 09:46:24.289972+00', 1, '192.0.2.1', 2, 3, '192.0.2.1');
INSERT INTO public.theaters_membership (id, role, theater_id, user_id) VALUES
	(1, 'owner', 1, 2);
SELECT pg_catalog.setval('public.bookings_booking_id_seq', 5, true);
SELECT pg_catalog.setval('public.bookings_ticket_id_seq', 7, true);
SELECT pg_catalog.setval('public.movies_movie_id_seq', 1, true);
SELECT pg_catalog.setval('public.shows_holdchain_id_seq', 1, true);
SELECT pg_catalog.setval('public.shows_seat_id_seq', 30, true);
SELECT pg_catalog.setval('public.shows_show_id_seq', 3, true);
SELECT pg_catalog.setval('public.theaters_membership_id_seq', 1, true);
SELECT pg_catalog.setval('public.theaters_screen_id_seq', 3, true);
SELECT pg_catalog.setval('public.theaters_theater_id_seq', 1, true);
SELECT pg_catalog.setval('public.users_user_id_seq', 4, true);
