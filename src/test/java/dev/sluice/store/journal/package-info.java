/** What the journal promises, with torn writes made by hand. */
package dev.sluice.store.journal;
