// SPDX-License-Identifier: MIT
// remote_fetch.h - fetching the modules that a Remote misses
#ifndef REMOTE_FETCH_H
#define REMOTE_FETCH_H

#include "api/remote.h"
#include "io/http_client.h"

// Before a run, or without one: fetches all that is missing, side by side, and waits for it.
void remote_fetch_all(Remote *remote);

// While a program runs: the same on its loop, without waiting; `done` is called from the loop when
// all have arrived. The list of what is missing is empty afterwards.
void remote_fetch_start(Remote *remote, HttpClient *client, void (*done)(void *context),
                        void *context);

// The program ends: forgets what is under way, without calling `done`. After http_client_free.
void remote_fetch_drop(Remote *remote);

#endif
