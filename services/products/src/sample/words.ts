/** A word in both languages. */
export type Word = readonly [en: string, zh: string];

/** A category with products: its nouns, and how dear they are. */
export interface LeafWords {
  name: Word;
  nouns: readonly Word[];
  /** Cheapest and dearest, in whole euros. */
  euros: readonly [min: number, max: number];
  /** What variants differ in. */
  options: 'size' | 'colour' | 'capacity' | 'none';
}

/** A top category, its words and its leaves. */
export interface DepartmentWords {
  name: Word;
  adjectives: readonly Word[];
  materials: readonly Word[];
  leaves: readonly LeafWords[];
}

/** Invented brands of the sample company's shelves. */
export const brands: readonly string[] = [
  'Larkfield',
  'Harrow Lane',
  'Tidewell',
  'Mossgate',
  'Pennybrook',
  'Northquay',
  'Juniper Row',
  'Saltmarsh',
];

/** Values of the options variants differ in. */
export const optionValues: Record<
  string,
  { label: Word; values: readonly Word[] }
> = {
  size: {
    label: ['size', '尺寸'],
    values: [
      ['Small', '小号'],
      ['Medium', '中号'],
      ['Large', '大号'],
    ],
  },
  colour: {
    label: ['colour', '颜色'],
    values: [
      ['Sand', '沙色'],
      ['Slate', '石板灰'],
      ['Moss', '苔绿'],
      ['Rust', '锈红'],
    ],
  },
  capacity: {
    label: ['capacity', '容量'],
    values: [
      ['Standard', '标准装'],
      ['Double', '双倍装'],
    ],
  },
};

const everyday: readonly Word[] = [
  ['Classic', '经典'],
  ['Compact', '小巧'],
  ['Everyday', '日用'],
  ['Fine', '精致'],
  ['Handmade', '手工'],
  ['Plain', '素雅'],
  ['Sturdy', '耐用'],
  ['Light', '轻便'],
  ['Heritage', '传统'],
  ['Modern', '现代'],
  ['Quiet', '静谧'],
  ['Generous', '大容量'],
];

function leaf(
  name: Word,
  euros: readonly [number, number],
  options: LeafWords['options'],
  nouns: readonly Word[],
): LeafWords {
  return { name, euros, options, nouns };
}

/** Every department of the sample shop: 8, with 5 leaves each. */
export const departments: readonly DepartmentWords[] = [
  {
    name: ['Kitchen', '厨房'],
    adjectives: everyday,
    materials: [
      ['Oak', '橡木'],
      ['Steel', '不锈钢'],
      ['Walnut', '胡桃木'],
      ['Copper', '铜制'],
      ['Bamboo', '竹制'],
      ['Enamel', '搪瓷'],
    ],
    leaves: [
      leaf(['Cookware', '锅具'], [24, 180], 'size', [
        ['Saucepan', '汤锅'],
        ['Frying Pan', '煎锅'],
        ['Stockpot', '高汤锅'],
        ['Casserole', '炖锅'],
      ]),
      leaf(['Knives and boards', '刀具与砧板'], [12, 140], 'size', [
        ['Chopping Board', '砧板'],
        ['Bread Knife', '面包刀'],
        ['Paring Knife', '水果刀'],
        ['Knife Block', '刀座'],
      ]),
      leaf(['Bakeware', '烘焙'], [8, 60], 'size', [
        ['Baking Tray', '烤盘'],
        ['Cake Tin', '蛋糕模'],
        ['Rolling Pin', '擀面杖'],
        ['Mixing Bowl', '搅拌碗'],
      ]),
      leaf(['Coffee and tea', '咖啡与茶'], [10, 120], 'capacity', [
        ['Teapot', '茶壶'],
        ['Coffee Press', '法压壶'],
        ['Kettle', '水壶'],
        ['Coffee Grinder', '磨豆机'],
      ]),
      leaf(['Storage jars', '储物罐'], [5, 48], 'capacity', [
        ['Spice Jar', '调料罐'],
        ['Bread Bin', '面包箱'],
        ['Canister', '密封罐'],
        ['Lunch Box', '饭盒'],
      ]),
    ],
  },
  {
    name: ['Tableware', '餐具'],
    adjectives: everyday,
    materials: [
      ['Stoneware', '炻器'],
      ['Porcelain', '瓷'],
      ['Glass', '玻璃'],
      ['Linen', '亚麻'],
      ['Ash', '白蜡木'],
      ['Silver', '银色'],
    ],
    leaves: [
      leaf(['Plates and bowls', '盘碗'], [6, 45], 'size', [
        ['Dinner Plate', '餐盘'],
        ['Soup Bowl', '汤碗'],
        ['Side Plate', '小盘'],
        ['Serving Bowl', '大碗'],
      ]),
      leaf(['Cups and mugs', '杯子'], [4, 32], 'colour', [
        ['Mug', '马克杯'],
        ['Espresso Cup', '浓缩咖啡杯'],
        ['Tumbler', '水杯'],
        ['Cup and Saucer', '杯碟'],
      ]),
      leaf(['Cutlery', '刀叉'], [9, 130], 'none', [
        ['Cutlery Set', '餐具套装'],
        ['Serving Spoon', '公勺'],
        ['Salad Servers', '沙拉勺叉'],
        ['Chopsticks', '筷子'],
      ]),
      leaf(['Table linen', '桌布'], [7, 70], 'colour', [
        ['Tablecloth', '桌布'],
        ['Napkin Set', '餐巾'],
        ['Table Runner', '桌旗'],
        ['Placemat', '餐垫'],
      ]),
      leaf(['Jugs and carafes', '壶瓶'], [11, 65], 'capacity', [
        ['Carafe', '醒酒瓶'],
        ['Water Jug', '冷水壶'],
        ['Milk Jug', '奶壶'],
        ['Decanter', '玻璃酒瓶'],
      ]),
    ],
  },
  {
    name: ['Bedroom', '卧室'],
    adjectives: everyday,
    materials: [
      ['Cotton', '棉质'],
      ['Wool', '羊毛'],
      ['Linen', '亚麻'],
      ['Down', '羽绒'],
      ['Silk', '真丝'],
      ['Bamboo', '竹纤维'],
    ],
    leaves: [
      leaf(['Bed linen', '床品'], [19, 160], 'size', [
        ['Duvet Cover', '被套'],
        ['Fitted Sheet', '床笠'],
        ['Pillowcase', '枕套'],
        ['Flat Sheet', '床单'],
      ]),
      leaf(['Blankets', '毯子'], [25, 210], 'colour', [
        ['Blanket', '毯子'],
        ['Throw', '盖毯'],
        ['Quilt', '绗缝被'],
        ['Bedspread', '床罩'],
      ]),
      leaf(['Pillows', '枕头'], [15, 95], 'size', [
        ['Pillow', '枕头'],
        ['Bolster', '长枕'],
        ['Travel Pillow', '旅行枕'],
        ['Neck Pillow', '颈枕'],
      ]),
      leaf(['Nightwear', '睡衣'], [22, 120], 'size', [
        ['Pyjamas', '睡衣套装'],
        ['Nightshirt', '睡袍'],
        ['Dressing Gown', '晨袍'],
        ['Slippers', '拖鞋'],
      ]),
      leaf(['Bedside', '床头'], [14, 150], 'colour', [
        ['Bedside Lamp', '床头灯'],
        ['Alarm Clock', '闹钟'],
        ['Bedside Tray', '床头托盘'],
        ['Eye Mask', '眼罩'],
      ]),
    ],
  },
  {
    name: ['Bathroom', '浴室'],
    adjectives: everyday,
    materials: [
      ['Cotton', '棉质'],
      ['Teak', '柚木'],
      ['Ceramic', '陶瓷'],
      ['Brass', '黄铜'],
      ['Waffle', '华夫格'],
      ['Stone', '石质'],
    ],
    leaves: [
      leaf(['Towels', '毛巾'], [6, 48], 'colour', [
        ['Bath Towel', '浴巾'],
        ['Hand Towel', '毛巾'],
        ['Face Cloth', '方巾'],
        ['Bath Sheet', '大浴巾'],
      ]),
      leaf(['Bath mats', '浴垫'], [12, 60], 'colour', [
        ['Bath Mat', '浴垫'],
        ['Duckboard', '防滑踏板'],
        ['Shower Mat', '淋浴垫'],
        ['Pedestal Mat', '马桶垫'],
      ]),
      leaf(['Soap and care', '皂与护理'], [3, 35], 'capacity', [
        ['Soap Bar', '香皂'],
        ['Soap Dish', '皂盒'],
        ['Bath Brush', '浴刷'],
        ['Soap Dispenser', '皂液器'],
      ]),
      leaf(['Bathroom storage', '浴室收纳'], [15, 130], 'size', [
        ['Laundry Basket', '洗衣篮'],
        ['Bath Caddy', '浴缸架'],
        ['Towel Rail', '毛巾杆'],
        ['Wall Shelf', '壁架'],
      ]),
      leaf(['Mirrors', '镜子'], [20, 190], 'size', [
        ['Wall Mirror', '壁镜'],
        ['Shaving Mirror', '剃须镜'],
        ['Hand Mirror', '手镜'],
        ['Vanity Mirror', '化妆镜'],
      ]),
    ],
  },
  {
    name: ['Living room', '客厅'],
    adjectives: everyday,
    materials: [
      ['Oak', '橡木'],
      ['Rattan', '藤编'],
      ['Velvet', '丝绒'],
      ['Leather', '皮革'],
      ['Marble', '大理石'],
      ['Wool', '羊毛'],
    ],
    leaves: [
      leaf(['Cushions', '靠垫'], [12, 75], 'colour', [
        ['Cushion', '靠垫'],
        ['Floor Cushion', '坐垫'],
        ['Cushion Cover', '靠垫套'],
        ['Pouffe', '蒲团凳'],
      ]),
      leaf(['Lamps', '灯具'], [29, 260], 'colour', [
        ['Table Lamp', '台灯'],
        ['Floor Lamp', '落地灯'],
        ['Pendant Lamp', '吊灯'],
        ['Reading Lamp', '阅读灯'],
      ]),
      leaf(['Small furniture', '小家具'], [49, 480], 'size', [
        ['Side Table', '边几'],
        ['Footstool', '脚凳'],
        ['Bookshelf', '书架'],
        ['Coffee Table', '茶几'],
      ]),
      leaf(['Rugs', '地毯'], [39, 420], 'size', [
        ['Rug', '地毯'],
        ['Hall Runner', '走廊毯'],
        ['Doormat', '门垫'],
        ['Hearth Rug', '壁炉毯'],
      ]),
      leaf(['Vases and candles', '花瓶与蜡烛'], [8, 90], 'size', [
        ['Vase', '花瓶'],
        ['Candle Holder', '烛台'],
        ['Scented Candle', '香薰蜡烛'],
        ['Lantern', '提灯'],
      ]),
    ],
  },
  {
    name: ['Garden', '花园'],
    adjectives: everyday,
    materials: [
      ['Cedar', '雪松木'],
      ['Terracotta', '陶土'],
      ['Steel', '钢制'],
      ['Ash', '白蜡木'],
      ['Galvanised', '镀锌'],
      ['Willow', '柳编'],
    ],
    leaves: [
      leaf(['Hand tools', '园艺工具'], [9, 70], 'none', [
        ['Trowel', '手铲'],
        ['Hand Fork', '手叉'],
        ['Pruning Shears', '修枝剪'],
        ['Dibber', '点播器'],
      ]),
      leaf(['Pots and planters', '花盆'], [6, 140], 'size', [
        ['Plant Pot', '花盆'],
        ['Planter', '种植箱'],
        ['Window Box', '窗台花箱'],
        ['Hanging Basket', '吊篮'],
      ]),
      leaf(['Watering', '浇水'], [12, 85], 'capacity', [
        ['Watering Can', '洒水壶'],
        ['Garden Hose', '水管'],
        ['Mister', '喷雾瓶'],
        ['Rain Gauge', '雨量计'],
      ]),
      leaf(['Garden furniture', '花园家具'], [59, 590], 'colour', [
        ['Garden Bench', '花园长椅'],
        ['Folding Chair', '折叠椅'],
        ['Bistro Table', '小圆桌'],
        ['Sun Lounger', '躺椅'],
      ]),
      leaf(['Birds and bees', '鸟与蜂'], [10, 75], 'size', [
        ['Bird Feeder', '喂鸟器'],
        ['Nest Box', '鸟巢箱'],
        ['Bee House', '蜂屋'],
        ['Bird Bath', '鸟浴盆'],
      ]),
    ],
  },
  {
    name: ['Stationery', '文具'],
    adjectives: everyday,
    materials: [
      ['Paper', '纸质'],
      ['Brass', '黄铜'],
      ['Cork', '软木'],
      ['Leather', '皮革'],
      ['Beech', '榉木'],
      ['Canvas', '帆布'],
    ],
    leaves: [
      leaf(['Notebooks', '笔记本'], [5, 40], 'colour', [
        ['Notebook', '笔记本'],
        ['Diary', '日记本'],
        ['Sketchbook', '速写本'],
        ['Address Book', '通讯录'],
      ]),
      leaf(['Writing', '书写'], [4, 95], 'colour', [
        ['Fountain Pen', '钢笔'],
        ['Ballpoint Pen', '圆珠笔'],
        ['Pencil Set', '铅笔套装'],
        ['Ink Bottle', '墨水'],
      ]),
      leaf(['Desk', '桌面'], [8, 110], 'none', [
        ['Desk Tray', '文件盘'],
        ['Pen Pot', '笔筒'],
        ['Desk Lamp', '书桌灯'],
        ['Bookend', '书立'],
      ]),
      leaf(['Bags and cases', '包袋'], [15, 190], 'colour', [
        ['Satchel', '单肩包'],
        ['Pencil Case', '笔袋'],
        ['Laptop Sleeve', '电脑内胆包'],
        ['Document Case', '公文袋'],
      ]),
      leaf(['Cards and wrap', '卡片与包装'], [2, 24], 'none', [
        ['Greeting Card', '贺卡'],
        ['Gift Wrap', '包装纸'],
        ['Ribbon Reel', '丝带'],
        ['Gift Tag', '礼物标签'],
      ]),
    ],
  },
  {
    name: ['Outdoors', '户外'],
    adjectives: everyday,
    materials: [
      ['Waxed', '打蜡'],
      ['Canvas', '帆布'],
      ['Wool', '羊毛'],
      ['Titanium', '钛制'],
      ['Recycled', '再生'],
      ['Cork', '软木'],
    ],
    leaves: [
      leaf(['Camping', '露营'], [12, 320], 'size', [
        ['Tent', '帐篷'],
        ['Sleeping Bag', '睡袋'],
        ['Camp Stool', '露营凳'],
        ['Camp Lantern', '营灯'],
      ]),
      leaf(['Flasks and bottles', '水壶'], [9, 55], 'capacity', [
        ['Flask', '保温瓶'],
        ['Water Bottle', '水瓶'],
        ['Travel Cup', '随行杯'],
        ['Food Jar', '焖烧罐'],
      ]),
      leaf(['Walking', '徒步'], [11, 160], 'size', [
        ['Rucksack', '背包'],
        ['Walking Stick', '手杖'],
        ['Rain Cape', '雨披'],
        ['Gaiters', '护腿套'],
      ]),
      leaf(['Picnic', '野餐'], [8, 140], 'none', [
        ['Picnic Basket', '野餐篮'],
        ['Picnic Blanket', '野餐垫'],
        ['Cool Bag', '保冷袋'],
        ['Picnic Set', '野餐套装'],
      ]),
      leaf(['Hats and gloves', '帽与手套'], [14, 80], 'size', [
        ['Beanie', '毛线帽'],
        ['Sun Hat', '遮阳帽'],
        ['Gloves', '手套'],
        ['Scarf', '围巾'],
      ]),
    ],
  },
];
