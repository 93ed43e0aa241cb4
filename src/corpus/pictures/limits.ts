/** What is taken in of other people's files; each limit with its reason. */
export const limits = {
  /** Bytes of one picture's file: a photograph of the largest sensors without loss is below it. */
  pictureBytes: 64 << 20,
  /** Pixels of one picture before it is made smaller: 8192 x 8192, 256 MB while it is decoded. */
  picturePixels: 2 ** 26,
  /** Seconds for one picture: a large one takes less than one. */
  pictureSeconds: 30,
  /** Bytes of a text beside a picture (`name.txt`, `name.json`). */
  textBytes: 256 << 10,
  /** Characters of one caption: five pages are no caption. */
  captionLength: 2000,
  /** Captions of one picture. */
  captions: 32,
  /** Bytes of a table (CSV, TSV, JSON lines): it is held in memory. */
  tableBytes: 256 << 20,
  /** Characters of one field of a table, and of one line of JSON. */
  fieldLength: 64 << 10,
  lineLength: 1 << 20,
  tableColumns: 1000,
  /** Files and folders below the one that is named, members of one archive, rows of one table. */
  entries: 5_000_000,
  /** Folders within folders. */
  depth: 40,
  /** Bytes of captions held for one archive while its pictures are read. */
  archiveTextBytes: 512 << 20,
  /** Bytes that an archive may unpack to, and how many times its own size, once it is above the first megabytes. */
  archiveBytes: 2 ** 40,
  archiveRatio: 100,
  archiveRatioFrom: 64 << 20,
  /** Characters of a member's or a file's name. */
  nameLength: 1024,
  /** Bytes of one column of one row group of a Parquet file, packed and unpacked. */
  columnBytes: 1 << 30,
  /** Rows of one row group. */
  groupRows: 1 << 20,
  /** Memory of the process that reads Parquet, in MB, beside the bytes themselves; seconds for one row group. */
  parquetMegabytes: 512,
  parquetSeconds: 300,
  /** Pictures of one corpus: their captions are held in memory until the end. */
  pictures: 5_000_000,
  /** Lines of the report; what is refused beyond them is counted only. */
  reportLines: 1_000_000,
} as const
