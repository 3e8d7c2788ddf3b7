// Another process that holds the lock file of a folder, until it is killed.
import Libsql from 'libsql';

const [, , file] = process.argv;
const database = new Libsql(file);
database.pragma('journal_mode = delete');
database.exec('BEGIN EXCLUSIVE');
console.log('held');
process.stdin.resume();
