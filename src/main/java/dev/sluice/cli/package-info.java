/** The command line: parses words and flags, prints, and sets exit codes. No package imports it. */
package dev.sluice.cli;
