"""A small feed with rows in every file, to break in every way: two points, one route, two scans."""

from pathlib import Path

SCAN1 = "0190a001-0000-7000-8000-000000000001"
SCAN2 = "0190a001-0000-7000-8000-000000000002"
ATTEMPT = "0190a002-0000-7000-8000-000000000001"
WORD1 = "0190a003-0000-7000-8000-000000000001"
WORD2 = "0190a003-0000-7000-8000-000000000002"

COMPLETE = {
    "feed_info": [
        "feed_version,branch_code,branch_name,timezone,visit_gap_minutes",
        "1,JLP,九龙坡区,Asia/Shanghai,30",
    ],
    "titles": [
        "title_code,name,kind,cn_number,publication_rule,first_issue,last_issue",
        "1-1,人民日报,newspaper,11-0065,FREQ=DAILY,2026-01-01,2026-12-31",
        '2-371,求是,magazine,,"FREQ=MONTHLY;BYMONTHDAY=1,16",2026-01-01,',
    ],
    "publication_exceptions": ["title_code,date,change", "1-1,2026-02-17,skip"],
    "holidays": ["date,kind", "2026-02-17,holiday", "2026-02-14,workday"],
    "towns": ["town_code,name,lat,lon,area", "BSY,白市驿镇,29.4793,106.3661,西部九镇"],
    "offices": [
        "office_code,name,town_code,lat,lon,carrier",
        "O1,白市驿支局,BSY,29.4793,106.3661,",
        "O2,发行站,BSY,29.48,106.37,发行站",
    ],
    "service_standards": [
        "standard_code,name,day_kind,offset_days,due_time",
        "SEAT,当日达,calendar,0,12:00",
        "VILLAGE,投递日达,visit,0,17:00",
        "SPARE,次日达,working,1,17:00",
    ],
    "points": [
        "point_code,name,kind,town_code,village,office_code,standard_code,lat,lon",
        "P1,镇政府,unit,BSY,,O1,SEAT,29.48,106.367",
        "P2,村邮站,village_post,BSY,三多桥村,O1,VILLAGE,29.501,106.348",
    ],
    "point_changes": [
        "point_code,valid_from,standard_code,office_code",
        "P2,2026-06-01,,O2",
    ],
    "couriers": ["courier_code,name,office_code", "C1,投递员一,O1"],
    "routes": [
        "route_code,valid_from,name,office_code,courier_code,weekdays,depart_time,valid_to",
        'R1,,镇区,O1,C1,"MO,WE,FR",09:00,2026-05-31',
        'R1,2026-06-01,镇区,O1,C1,"MO,TU,WE,TH,FR",09:00,',
    ],
    "route_exceptions": ["route_code,date,change", "R1,2026-02-17,skip"],
    "route_stops": [
        "route_code,sequence,valid_from,point_code,minutes_after_departure,valid_to",
        "R1,1,,P1,30,2026-05-31",
        "R1,1,2026-06-01,P2,30,",
        "R1,2,2026-06-01,P1,45,",
    ],
    "subscriptions": [
        "subscription_code,point_code,title_code,copies,start_date,end_date,payer",
        "S1,P1,1-1,2,2026-01-01,2026-12-31,",
        "S2,P2,2-371,1,2026-01-01,,区委组织部",
    ],
    "holds": ["subscription_code,start_date,end_date", "S1,2026-03-01,2026-03-08"],
    "arrivals": [
        "office_code,title_code,issue_date,arrived_at",
        "O1,1-1,2026-07-06,2026-07-06T08:10:00+08:00",
    ],
    "scans": [
        "scan_id,courier_code,point_code,scanned_at,lat,lon,accuracy_m,method,received_at,clock,label",
        f"{SCAN1},C1,P1,2026-07-06T10:05:00+08:00,29.48,106.367,8,camera,,,",
        f"{SCAN2},C1,P2,2026-07-06T11:00:00.25+08:00,,,,manual,2026-07-06T12:00:00Z,corrected,retired",
    ],
    "scan_items": [
        "scan_id,title_code,issue_date,copies",
        f"{SCAN1},1-1,2026-07-06,2",
        f"{SCAN2},2-371,2026-07-01,1",
    ],
    "scan_voids": ["scan_id,voided_at,reason", f"{SCAN2},2026-07-06T11:05:00+08:00,扫错"],
    "attempts": [
        "attempt_id,courier_code,point_code,attempted_at,reason,lat,lon,accuracy_m,note",
        f"{ATTEMPT},C1,P2,2026-07-07T10:00:00+08:00,road_closed,29.5,106.35,20,塌方",
    ],
    "confirmations": [
        "confirmation_id,point_code,title_code,issue_date,confirmed_at,verdict,copies,channel",
        f"{WORD1},P1,1-1,2026-07-06,2026-07-06T12:30:00+08:00,received,2,label",
        f"{WORD2},P1,1-1,2026-07-07,2026-07-07T18:00:00+08:00,missing,,",
    ],
    "confirmation_voids": [
        "confirmation_id,voided_at",
        f"{WORD2},2026-07-08T09:00:00+08:00",
    ],
}
ROWS = sum(len(rows) - 1 for rows in COMPLETE.values())


def write_feed(folder: Path, files: dict[str, list[str]] = COMPLETE) -> Path:
    """Write the files into a new folder."""
    folder.mkdir(parents=True)
    for name, rows in files.items():
        (folder / f"{name}.csv").write_text("".join(f"{row}\n" for row in rows), "utf-8")
    return folder


def changed(**rows: list[str]) -> dict[str, list[str]]:
    """Return the complete feed with other rows (without their header) in some of its files."""
    return COMPLETE | {name: [COMPLETE[name][0], *new] for name, new in rows.items()}
